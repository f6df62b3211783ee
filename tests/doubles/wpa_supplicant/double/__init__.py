# SPDX-License-Identifier: Apache-2.0
"""A test double of wpa_supplicant >= 2.12 with Wi-Fi Aware (NAN), for the flows that fascia uses.

What it was checked against, each time by tests/doubles/test_*.py:
  * tests/fixtures/aware/control-transcript.txt, a recorded run of two real processes on simulated radios: every command
    of it gets the same reply, and every event comes on the same socket in the same order with the same fields;
  * behaviour measured of hostap 2.12 on simulated radios of Linux 7.3.4, reply by reply (test_commands.py) and finding by
    finding (test_measured.py);
  * the published description of the control protocol where nothing was recorded.

What is not like the real one:
  * no cryptography: keys of a pairing come from hashes over both sides' input, so that the same PIN gives the same key and
    another PIN another. ND-PMK from a passphrase, PMKIDs and NIRA tags are computed as on the air, from the public formulas;
  * frames between two ends are JSON datagrams in a folder (FASCIA_DOUBLE_AIR), not 802.11;
  * an NDI is one end of a veth pair. Its other end lives in a name space that no one else sees and that ends with this
    process, however it ends. IFF_UP while NAN is stopped is not refused (the kernel's own ENOLINK cannot be imitated);
  * a schedule change during a data path is done after a window, and told; on simulated radios it is never done (the rule
    "stuck" gives that), and one that changes nothing never is;
  * not imitated: the group key that simulated radios fail with, and that a secured data path from a second NDI of the same
    peer connects on one side only ("lose ndp_install" gives that);
  * synchronised services only: a publication without sync=1 gets an id and is never found.

Environment:
  FASCIA_DOUBLE_AIR=DIR     where the ends meet; without it there is nobody else
  FASCIA_DOUBLE_NMI=MAC     address of the first NMI (its NDIs' are derived from it); default from the global socket's path
  FASCIA_DOUBLE_NETDEV=none no network device for an NDI, as without root
  FASCIA_DOUBLE_SPEED=N     every period of the engine lasts 1/N of its time
  FASCIA_DOUBLE_SCRIPT=FILE misbehaviour, see script.py
"""
VERSION = "2.12"
