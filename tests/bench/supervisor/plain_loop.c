/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an idle sd-event loop costs on its own: one signal, one bus connection. bench_supervisor.py compares fasciad's
 * memory with it.
 *
 *   plain_loop ADDRESS    runs until SIGTERM
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

static int connect_bus(sd_event *loop, const char *address, sd_bus **ret_bus)
{
    int r = sd_bus_new(ret_bus);

    if (r >= 0)
        r = sd_bus_set_address(*ret_bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(*ret_bus, 1);
    if (r >= 0)
        r = sd_bus_start(*ret_bus);
    if (r >= 0)
        r = sd_bus_attach_event(*ret_bus, loop, SD_EVENT_PRIORITY_NORMAL);
    return r;
}

static int run(const char *address)
{
    sd_event *loop = NULL;
    sd_bus *bus = NULL;
    sigset_t ends;

    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    int r = sd_event_default(&loop);
    if (r >= 0)
        r = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL); /* without a handler it ends the loop */
    if (r >= 0)
        r = connect_bus(loop, address, &bus);
    if (r >= 0)
        r = sd_event_loop(loop);
    sd_bus_flush_close_unref(bus);
    sd_event_unref(loop);
    return r;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fputs("Usage: plain_loop ADDRESS\n", stderr);
        return 2;
    }
    int r = run(argv[1]);
    if (r < 0)
        (void)fprintf(stderr, "plain_loop: %s\n", strerror(-r));
    return r < 0;
}
