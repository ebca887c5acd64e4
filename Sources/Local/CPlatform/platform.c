#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
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

static void place_descriptors(const struct terrace_spawn_request *request, int report) {
    int input = lifted(request->standard_input, report);
    int output = lifted(request->standard_output, report);
    int error = lifted(request->standard_error, report);
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) {
        fail(report, terrace_spawn_step_descriptors);
    }
#ifdef SYS_close_range
    // 4 = CLOSE_RANGE_CLOEXEC: the report pipe must stay open until exec succeeds.
    if (syscall(SYS_close_range, 3u, ~0u, 4u) == 0) {
        return;
    }
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    for (int descriptor = 3; descriptor < (limit > 65536 ? 65536 : limit); descriptor++) {
        int flags = fcntl(descriptor, F_GETFD);
        if (flags >= 0) {
            fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC);
        }
    }
}

static void become_child(const struct terrace_spawn_request *request, int report, pid_t parent) {
    default_signals();
    if (setsid() < 0) {
        fail(report, terrace_spawn_step_session);
    }
    if (request->changes_user
        && (setgroups(request->group_count, request->groups) != 0 || setgid(request->group) != 0
            || setuid(request->user) != 0)) {
        fail(report, terrace_spawn_step_user);
    }
#ifdef __linux__
    // After setuid, which clears it.
    if (request->parent_death_signal != 0) {
        prctl(PR_SET_PDEATHSIG, request->parent_death_signal);
        if (getppid() != parent) {
            _exit(127);
        }
    }
#endif
    if (request->directory != NULL && chdir(request->directory) != 0) {
        fail(report, terrace_spawn_step_directory);
    }
    place_descriptors(request, report);
    execve(request->path, request->arguments, request->environment);
    fail(report, terrace_spawn_step_exec);
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
    pid_t parent = getpid();
    *failed_step = terrace_spawn_step_fork;
    pid_t child = fork();
    if (child < 0) {
        int error = errno;
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
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}
