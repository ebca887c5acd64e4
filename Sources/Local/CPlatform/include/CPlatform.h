#pragma once
#include <sys/types.h>

/// What glibc and Swift do not give together: starting a child in a known state. Nothing here keeps state.

struct terrace_spawn_request {
    const char *path;              ///< absolute, or resolved by the caller
    char *const *arguments;        ///< null-terminated
    char *const *environment;      ///< null-terminated; nothing is inherited
    const char *directory;         ///< null: the parent's
    int standard_input;            ///< -1: /dev/null
    int standard_output;           ///< -1: /dev/null
    int standard_error;            ///< -1: /dev/null
    int changes_user;              ///< 0 or 1; the three below count only with 1
    uid_t user;
    gid_t group;
    const gid_t *groups;
    int group_count;
    const char *cgroup_processes;  ///< the `cgroup.procs` of the cgroup that the child joins; null: the parent's cgroup
    int keeps_session;             ///< 1: stays in the parent's session and process group, to have its terminal
    int parent_death_signal;       ///< sent to the child when the thread that called terrace_spawn ends; 0: none; Linux only
};

enum terrace_spawn_step {
    terrace_spawn_step_pipe = 1,
    terrace_spawn_step_fork,
    terrace_spawn_step_session,
    terrace_spawn_step_user,
    terrace_spawn_step_directory,
    terrace_spawn_step_descriptors,
    terrace_spawn_step_exec,
    terrace_spawn_step_cgroup,
    terrace_spawn_step_thread,     ///< reported by the caller of terrace_spawn, which runs it on a thread of its own
};

/// Starts a child in a session of its own (unless it keeps the parent's) with default signals and no descriptor but the three given.
/// Returns 0 and the pid, or the errno of the step that failed. The caller reaps.
int terrace_spawn(const struct terrace_spawn_request *request, pid_t *pid, int *failed_step);

/// Blocks until the child has ended, without reaping it. Returns 0 or errno.
int terrace_wait_without_reaping(pid_t pid);
