#include "CModSecurity.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The library's C interface, as its headers of version 3.0 declare it. They are not needed for a build this way.
struct intervention {
    int status;
    int pause;
    char *url;
    char *log;
    int disruptive;
};

struct terrace_rules_library {
    void *engine;
    const char *name;
    void *(*init)(void);
    const char *(*who_am_i)(void *);
    void (*set_log_cb)(void *, void (*)(void *, const void *));
    void (*set_connector_info)(void *, const char *);
    void *(*create_rules_set)(void);
    int (*rules_cleanup)(void *);
    int (*rules_add)(void *, const char *, const char **);
    int (*rules_add_file)(void *, const char *, const char **);
    void *(*new_transaction)(void *, void *, void *);
    int (*process_connection)(void *, const char *, int, const char *, int);
    int (*process_uri)(void *, const char *, const char *, const char *);
    int (*add_n_request_header)(void *, const unsigned char *, size_t, const unsigned char *, size_t);
    int (*process_request_headers)(void *);
    int (*append_request_body)(void *, const unsigned char *, size_t);
    int (*process_request_body)(void *);
    int (*intervention)(void *, struct intervention *);
    void (*transaction_cleanup)(void *);
};

struct terrace_rules {
    struct terrace_rules_library *library;
    void *set;
};

// More of one request is not told: an attack can match hundreds of rules.
enum { longest_lines = 64 * 1024 };

static void note(void *into, const void *message) {
    struct terrace_rules_verdict *verdict = into;
    const char *line = message;
    if (verdict == NULL || line == NULL) return;
    size_t length = strlen(line);
    if (verdict->lines_length + length + 1 > longest_lines) return;
    char *grown = realloc(verdict->lines, verdict->lines_length + length + 1);
    if (grown == NULL) return;
    memcpy(grown + verdict->lines_length, line, length);
    // A value may hold line ends of its own; only ours separate.
    for (size_t index = 0; index < length; index++) {
        if (grown[verdict->lines_length + index] == '\n') grown[verdict->lines_length + index] = ' ';
    }
    grown[verdict->lines_length + length] = '\n';
    verdict->lines = grown;
    verdict->lines_length += length + 1;
}

static int find(void *handle, const char *name, void *into) {
    void *found = dlsym(handle, name);
    memcpy(into, &found, sizeof found);
    return found != NULL;
}

static int resolve(void *handle, struct terrace_rules_library *library) {
    return find(handle, "msc_init", &library->init)
        && find(handle, "msc_who_am_i", &library->who_am_i)
        && find(handle, "msc_set_log_cb", &library->set_log_cb)
        && find(handle, "msc_set_connector_info", &library->set_connector_info)
        && find(handle, "msc_create_rules_set", &library->create_rules_set)
        && find(handle, "msc_rules_cleanup", &library->rules_cleanup)
        && find(handle, "msc_rules_add", &library->rules_add)
        && find(handle, "msc_rules_add_file", &library->rules_add_file)
        && find(handle, "msc_new_transaction", &library->new_transaction)
        && find(handle, "msc_process_connection", &library->process_connection)
        && find(handle, "msc_process_uri", &library->process_uri)
        && find(handle, "msc_add_n_request_header", &library->add_n_request_header)
        && find(handle, "msc_process_request_headers", &library->process_request_headers)
        && find(handle, "msc_append_request_body", &library->append_request_body)
        && find(handle, "msc_process_request_body", &library->process_request_body)
        && find(handle, "msc_intervention", &library->intervention)
        && find(handle, "msc_transaction_cleanup", &library->transaction_cleanup);
}

struct terrace_rules_library *terrace_rules_library_open(const char *const *names, char *error, size_t error_size) {
    snprintf(error, error_size, "no name was given");
    for (; *names != NULL; names++) {
        // Its own copies of symbols win over the program's: both bring libraries with common names.
        void *handle = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
        if (handle == NULL) {
            const char *reason = dlerror();
            snprintf(error, error_size, "%s", reason != NULL ? reason : "dlopen failed");
            continue;
        }
        struct terrace_rules_library *library = calloc(1, sizeof *library);
        if (library != NULL && resolve(handle, library) && (library->engine = library->init()) != NULL) {
            library->set_connector_info(library->engine, "terrace");
            library->set_log_cb(library->engine, note);
            library->name = library->who_am_i(library->engine);
            return library;
        }
        snprintf(error, error_size, "%s is not libmodsecurity 3", *names);
        free(library);
        dlclose(handle);
    }
    return NULL;
}

const char *terrace_rules_library_name(const struct terrace_rules_library *library) { return library->name; }

struct terrace_rules *terrace_rules_create(struct terrace_rules_library *library) {
    struct terrace_rules *rules = calloc(1, sizeof *rules);
    if (rules == NULL) return NULL;
    rules->library = library;
    rules->set = library->create_rules_set();
    if (rules->set != NULL) return rules;
    free(rules);
    return NULL;
}

void terrace_rules_destroy(struct terrace_rules *rules) {
    if (rules == NULL) return;
    rules->library->rules_cleanup(rules->set);
    free(rules);
}

static int added(int count, const char *reason, char *error, size_t error_size) {
    if (count < 0) snprintf(error, error_size, "%s", reason != NULL ? reason : "refused without a reason");
    return count < 0 ? -1 : count;
}

int terrace_rules_add_text(struct terrace_rules *rules, const char *text, char *error, size_t error_size) {
    const char *reason = NULL;
    return added(rules->library->rules_add(rules->set, text, &reason), reason, error, error_size);
}

int terrace_rules_add_file(struct terrace_rules *rules, const char *path, char *error, size_t error_size) {
    const char *reason = NULL;
    return added(rules->library->rules_add_file(rules->set, path, &reason), reason, error, error_size);
}

/// 1 when the rules refuse the request so far.
static int refuses(const struct terrace_rules_library *library, void *transaction) {
    struct intervention found = {.status = 200};
    int intervenes = library->intervention(transaction, &found);
    free(found.url);
    free(found.log);
    return intervenes != 0 && found.disruptive != 0;
}

void terrace_rules_evaluate(
    struct terrace_rules *rules, const struct terrace_rules_request *request, struct terrace_rules_verdict *verdict
) {
    const struct terrace_rules_library *library = rules->library;
    memset(verdict, 0, sizeof *verdict);
    void *transaction = library->new_transaction(library->engine, rules->set, verdict);
    if (transaction == NULL) {
        verdict->failed = 1;
        return;
    }
    library->process_connection(
        transaction, request->client, request->client_port, request->server, request->server_port);
    library->process_uri(transaction, request->target, request->method, request->version);
    for (size_t index = 0; index < request->field_count; index++) {
        const struct terrace_rules_field *field = &request->fields[index];
        library->add_n_request_header(
            transaction, (const unsigned char *)field->name.bytes, field->name.length,
            (const unsigned char *)field->value.bytes, field->value.length);
    }
    library->process_request_headers(transaction);
    verdict->refuses = refuses(library, transaction);
    if (!verdict->refuses) {
        if (request->body.length > 0) {
            library->append_request_body(
                transaction, (const unsigned char *)request->body.bytes, request->body.length);
        }
        library->process_request_body(transaction);
        verdict->refuses = refuses(library, transaction);
    }
    library->transaction_cleanup(transaction);
}
