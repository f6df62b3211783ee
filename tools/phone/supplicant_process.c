/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/supplicant_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/phone/supplicant_config.h"

#define STOP_STEPS 40 /* of 50 ms */

static int make_folder(struct supplicant_process *process)
{
    static const char *const places[] = {"/run", "/tmp"};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(places); i++) {
        (void)snprintf(process->folder, sizeof process->folder, "%s/fascia-phone-XXXXXX", places[i]);
        if (mkdtemp(process->folder)) /* mode 0700 */
            return 0;
    }
    process->folder[0] = '\0';
    return -errno;
}

static int write_config(const char *path, const char *text)
{
    size_t size = strlen(text);

    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    ssize_t n = write(fd, text, size);
    int r = n < 0 ? -errno : (size_t)n != size ? -EIO : 0;
    (void)close(fd);
    return r;
}

/* Daemons live outside the PATH of many shells. */
static void find_program(const char *program, char *to, size_t size)
{
    static const char *const folders[] = {"/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(folders) && !strchr(program, '/'); i++) {
        (void)snprintf(to, size, "%s/%s", folders[i], program);
        if (access(to, X_OK) == 0)
            return;
    }
    (void)snprintf(to, size, "%s", program);
}

/* In the child. Only the exec's failure comes back, by way of the pipe. */
static void run(const char *path, const char *interface, const char *config, const char *log, pid_t parent)
{
    sigset_t none;

    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(126);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);

    int in = open("/dev/null", O_RDWR | O_CLOEXEC);
    int out = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : in;
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        return;
    (void)execl(path, path, "-t", "-i", interface, "-D", "nl80211", "-c", config, (char *)NULL);
}

static int spawn(struct supplicant_process *process, const char *program, const char *config, const char *log)
{
    char path[PATH_MAX];
    int report[2], error = 0;
    pid_t parent = getpid();

    find_program(program, path, sizeof path);
    if (pipe2(report, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid == 0) {
        run(path, process->interface, config, log, parent);
        error = errno;
        (void)!write(report[1], &error, sizeof error);
        _exit(127);
    }
    int r = pid < 0 ? -errno : 0;
    (void)close(report[1]);
    if (r == 0 && read(report[0], &error, sizeof error) == (ssize_t)sizeof error) {
        (void)waitpid(pid, NULL, 0);
        r = -error;
    }
    (void)close(report[0]);
    if (r == 0)
        process->pid = pid;
    return r;
}

int supplicant_process_start(struct supplicant_process *process, const char *program, const char *interface,
                             const struct phone_credentials *credentials, const char *log)
{
    char config[PHONE_SUPPLICANT_CONFIG_SIZE], path[96], control[96];

    *process = (struct supplicant_process){0};
    (void)snprintf(process->interface, sizeof process->interface, "%s", interface);
    int r = make_folder(process);
    if (r < 0)
        return r;
    (void)snprintf(path, sizeof path, "%s/wpa_supplicant.conf", process->folder);
    (void)snprintf(control, sizeof control, "%s/control", process->folder);
    r = phone_supplicant_config(credentials, control, config, sizeof config);
    if (r == 0)
        r = write_config(path, config);
    explicit_bzero(config, sizeof config);
    return r == 0 ? spawn(process, program, path, log) : r;
}

int supplicant_process_connect(struct supplicant_process *process)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/control/%s", process->folder, process->interface);
    int r = supplicant_open(path, process->folder, 2000, &process->control);
    if (r == 0) { /* it has read its configuration: the passphrase need not lie there any longer */
        (void)snprintf(path, sizeof path, "%s/wpa_supplicant.conf", process->folder);
        (void)unlink(path);
    }
    return r;
}

bool supplicant_process_reap(struct supplicant_process *process, int *ret_status)
{
    if (process->pid == 0 || waitpid(process->pid, ret_status, WNOHANG) != process->pid)
        return false;
    process->pid = 0;
    return true;
}

static void remove_folder(struct supplicant_process *process)
{
    static const char *const leftovers[] = {"wpa_supplicant.conf", "command", "events"};
    char path[128];

    if (!process->folder[0])
        return;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(leftovers); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", process->folder, leftovers[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/control/%s", process->folder, process->interface); /* after a SIGKILL */
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/control", process->folder);
    (void)rmdir(path);
    (void)rmdir(process->folder);
    process->folder[0] = '\0';
}

void supplicant_process_stop(struct supplicant_process *process)
{
    char reply[16];
    int status = 0;

    if (process->control && process->pid)
        (void)supplicant_request(process->control, "TERMINATE", reply, sizeof reply, NULL, 500);
    supplicant_close(process->control);
    process->control = NULL;
    if (process->pid)
        (void)kill(process->pid, SIGTERM);
    for (int i = 0; i < STOP_STEPS && process->pid && !supplicant_process_reap(process, &status); i++)
        (void)poll(NULL, 0, 50);
    if (process->pid) {
        (void)kill(process->pid, SIGKILL);
        (void)waitpid(process->pid, &status, 0);
        process->pid = 0;
    }
    remove_folder(process);
}
