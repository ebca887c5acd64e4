#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

struct failure {
    int step;
    int error;
};

static void fail(int report, int step) {
    struct failure failure = {step, errno};
    ssize_t ignored = write(report, &failure, sizeof failure);
    (void)ignored;
    _exit(127);
}

static void default_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) {
        sigaction(number, &action, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/// Moves a wanted descriptor above the range that dup2 will overwrite.
static int lifted(int descriptor, int report) {
    if (descriptor < 0) {
        descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    }
    int copy = descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    if (copy < 0) {
        fail(report, terrace_spawn_step_descriptors);
    }
    return copy;
}

/// Closes every descriptor above 2 but the report pipe, which must stay until exec succeeds and closes it by itself.
static void close_all_but(int report) {
#ifdef SYS_close_range
    if ((report == 3 || syscall(SYS_close_range, 3u, (unsigned)report - 1, 0u) == 0)
        && syscall(SYS_close_range, (unsigned)report + 1, ~0u, 0u) == 0) {
        return;
    }
#endif
    // Linux before 5.9, and macOS. Above this the limit is a formality, and a loop would take seconds.
    const long most = 65536;
    long limit = sysconf(_SC_OPEN_MAX);
    for (int descriptor = 3; descriptor < (limit < 0 || limit > most ? most : limit); descriptor++) {
        if (descriptor != report) {
            close(descriptor);
        }
    }
}

static void place_descriptors(const struct terrace_spawn_request *request, int report) {
    int input = lifted(request->standard_input, report);
    int output = lifted(request->standard_output, report);
    int error = lifted(request->standard_error, report);
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) {
        fail(report, terrace_spawn_step_descriptors);
    }
    close_all_but(report);
}

/// 0 stands for the writer itself. Before exec, so that nothing the program starts is outside.
static void join_cgroup(const char *processes, int report) {
    int descriptor = open(processes, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0 || write(descriptor, "0", 1) != 1) {
        fail(report, terrace_spawn_step_cgroup);
    }
    close(descriptor);
}

/// Between fork and exec: nothing but calls that are safe after a fork in a process with threads.
static void become_child(const struct terrace_spawn_request *request, int pipe_end, pid_t parent) {
    // Above the three that dup2 overwrites, also when the parent itself was started with one of them closed.
    int report = fcntl(pipe_end, F_DUPFD_CLOEXEC, 3);
    if (report < 0) {
        fail(pipe_end, terrace_spawn_step_descriptors);
    }
    default_signals();
    if (!request->keeps_session && setsid() < 0) {
        fail(report, terrace_spawn_step_session);
    }
    // As the parent's own user: who comes after may not.
    if (request->cgroup_processes != NULL) {
        join_cgroup(request->cgroup_processes, report);
    }
    if (request->changes_user
        && (setgroups(request->group_count, request->groups) != 0 || setgid(request->group) != 0
            || setuid(request->user) != 0)) {
        fail(report, terrace_spawn_step_user);
    }
#ifdef __linux__
    // After setuid, which clears it. A parent that died before this call sends nothing any more: look for it.
    if (request->parent_death_signal != 0) {
        prctl(PR_SET_PDEATHSIG, request->parent_death_signal);
        if (getppid() != parent) {
            _exit(127);
        }
    }
#else
    (void)parent;
#endif
    if (request->directory != NULL && chdir(request->directory) != 0) {
        fail(report, terrace_spawn_step_directory);
    }
    place_descriptors(request, report);
    execve(request->path, request->arguments, request->environment);
    fail(report, terrace_spawn_step_exec);
}

/// An ignored SIGCHLD, inherited from whoever started us, would make the kernel throw exit states away.
static void keep_exit_states(void) {
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) == 0
        && (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0)) {
        action.sa_handler = SIG_DFL;
        action.sa_flags = 0;
        sigaction(SIGCHLD, &action, NULL);
    }
}

int terrace_spawn(const struct terrace_spawn_request *request, pid_t *pid, int *failed_step) {
    int report[2];
    *failed_step = terrace_spawn_step_pipe;
#ifdef __linux__
    if (pipe2(report, O_CLOEXEC) != 0) {
        return errno;
    }
#else
    if (pipe(report) != 0) {
        return errno;
    }
    fcntl(report[0], F_SETFD, FD_CLOEXEC);
    fcntl(report[1], F_SETFD, FD_CLOEXEC);
#endif
    keep_exit_states();
    // No handler of this process may run in the child: signals wait until the child has default ones.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    *failed_step = terrace_spawn_step_fork;
    pid_t child = fork();
    int error = errno;
    if (child != 0) {
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (child < 0) {
        close(report[0]);
        close(report[1]);
        return error;
    }
    if (child == 0) {
        become_child(request, report[1], parent);
    }
    close(report[1]);
    struct failure failure = {0, 0};
    ssize_t count;
    do {
        count = read(report[0], &failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    close(report[0]);
    if (count == (ssize_t)sizeof failure) {
        int status;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        *failed_step = failure.step;
        return failure.error;
    }
    *pid = child;
    *failed_step = 0;
    return 0;
}

int terrace_wait_without_reaping(pid_t pid) {
    siginfo_t info;
    // WEXITED alone: a child that is stopped or continued has not ended.
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}
