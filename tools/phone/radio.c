/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/radio.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "platform/rtnetlink/no_nd.h"

/* On failure the caller has to say why; what is missing is nearly always a privilege. */
static int fail(struct session *session, const char *what, int r)
{
    phone_result_fail(&session->result, "%s: %s", what, strerror(-r));
    return r;
}

static int choose(struct session *session, struct radio_netns *home, uint32_t *ret_wiphy)
{
    struct phone_radio radios[PHONE_RADIOS_MAX];
    size_t count = 0, chosen = 0;

    int r = radio_netns_list(home, radios, PHONE_RADIOS_MAX, &count);
    if (r < 0)
        return fail(session, "the radios cannot be listed", r);
    int e = phone_radio_choose(radios, count, session->options.radio, session->credentials.freq_mhz, &chosen);
    if (e != 0) {
        phone_result_fail(&session->result, "%s", phone_radio_strerror(e));
        return e;
    }
    *ret_wiphy = radios[chosen].wiphy;
    (void)fascia_text_copy(session->result.radio, sizeof session->result.radio, radios[chosen].name);
    session_note(session, "radio-chosen %s of %zu", radios[chosen].name, count);
    return 0;
}

/* /sys shows the network devices of the namespace it was mounted in, so it has to be mounted anew. */
static int enter_namespaces(void)
{
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0)
        return -errno;
    if (mount(NULL, "/", NULL, MS_SLAVE | MS_REC, NULL) < 0)
        return -errno;
    (void)mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL); /* only wpa_supplicant's comfort */
    return 0;
}

static int silence(struct session *session)
{
    struct rtnl_link link;

    int r = rtnl_open(&session->rtnl);
    if (r == 0)
        r = rtnl_link_get(session->rtnl, session->ifindex, &link);
    if (r != 0)
        return fail(session, "rtnetlink", r);
    session->was_noarp = (link.flags & IFF_NOARP) != 0;
    r = nd_count_start(&session->count, session->ifindex);
    if (r != 0)
        session_note(session, "frames-not-counted %s", strerror(-r));
    r = no_nd_prepare(session->rtnl, session->ifindex);
    if (r != 0) {
        phone_result_fail(&session->result, "the interface cannot be made silent (%d): %s; is IPv6 switched off?", r,
                          rtnl_explanation(session->rtnl));
        return r;
    }
    session_note(session, "interface-prepared %s: no automatic address, no ND", session->interface);
    return 0;
}

int radio_take(struct session *session)
{
    _cleanup_(radio_netns_close) struct radio_netns *home = NULL, *own = NULL;
    uint32_t wiphy = 0;

    int r = radio_netns_open(&home);
    if (r == -ENOENT) {
        phone_result_fail(&session->result, "%s", phone_radio_strerror(PHONE_RADIO_E_NONE));
        return r;
    }
    if (r < 0)
        return fail(session, "nl80211", r);
    r = choose(session, home, &wiphy);
    if (r != 0)
        return r;

    session->home_netns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (session->home_netns_fd < 0)
        return fail(session, "/proc/self/ns/net", -errno);
    r = enter_namespaces();
    if (r < 0)
        return fail(session, "no network namespace can be made (CAP_SYS_ADMIN is needed)", r);
    int own_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (own_fd < 0)
        return fail(session, "/proc/self/ns/net", -errno);
    r = radio_netns_open(&own);
    if (r == 0)
        r = radio_netns_move(home, wiphy, own_fd); /* `home` still speaks for the namespace we left */
    (void)close(own_fd);
    if (r < 0)
        return fail(session, "the radio cannot be moved into the network namespace", r);
    session->radio = FASCIA_STEAL(own);
    session->wiphy = wiphy;

    r = radio_netns_station(session->radio, wiphy, session->interface, &session->ifindex, &session->made_interface);
    if (r < 0)
        return fail(session, "the radio has no station interface", r);
    (void)fascia_text_copy(session->result.interface, sizeof session->result.interface, session->interface);
    return silence(session);
}
