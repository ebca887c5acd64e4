#pragma once
#include <stddef.h>

/// libmodsecurity 3, found when the program runs: without it on the machine Terrace starts all the same, with its rules off.
/// One call evaluates one request; nothing here keeps state but the library itself, which is never unloaded.

struct terrace_rules_library;
struct terrace_rules;

struct terrace_rules_text {
    const char *bytes;             ///< not terminated; never null
    size_t length;
};

struct terrace_rules_field {
    struct terrace_rules_text name;
    struct terrace_rules_text value;
};

struct terrace_rules_request {
    const char *client;            ///< terminated, like the four below
    const char *method;
    const char *target;
    const char *version;           ///< `1.1`, `2.0`
    const char *server;            ///< the listener's address
    int client_port;
    int server_port;
    const struct terrace_rules_field *fields;
    size_t field_count;
    struct terrace_rules_text body;
};

struct terrace_rules_verdict {
    int refuses;                   ///< 0 or 1
    int failed;                    ///< 1: the library could not evaluate; nothing is known
    char *lines;                   ///< one line for each rule that matched; free() it; null when none did
    size_t lines_length;
};

/// The first of the null-terminated list of names that loads and has every function; null and a text otherwise.
struct terrace_rules_library *terrace_rules_library_open(const char *const *names, char *error, size_t error_size);

/// `ModSecurity v3.0.9 (Linux)`; lives as long as the library.
const char *terrace_rules_library_name(const struct terrace_rules_library *library);

struct terrace_rules *terrace_rules_create(struct terrace_rules_library *library);
void terrace_rules_destroy(struct terrace_rules *rules);

/// How many rules were added, or -1 and a text.
int terrace_rules_add_text(struct terrace_rules *rules, const char *text, char *error, size_t error_size);
int terrace_rules_add_file(struct terrace_rules *rules, const char *path, char *error, size_t error_size);

/// One thread at a time for one set of rules: the library promises nothing for more.
void terrace_rules_evaluate(
    struct terrace_rules *rules, const struct terrace_rules_request *request, struct terrace_rules_verdict *verdict);
