# SPDX-License-Identifier: Apache-2.0
# The floors are those of docs/architecture.md.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd>=252)
pkg_check_modules(MNL REQUIRED IMPORTED_TARGET libmnl>=1.0.4)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1>=0.2.5)
pkg_check_modules(JSONC REQUIRED IMPORTED_TARGET json-c>=0.16)
pkg_check_modules(PIPEWIRE REQUIRED IMPORTED_TARGET libpipewire-0.3>=0.3.65)
pkg_check_modules(CAP REQUIRED IMPORTED_TARGET libcap>=2.44)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET libssl>=3.0 libcrypto>=3.0)
pkg_check_modules(SAMPLERATE REQUIRED IMPORTED_TARGET samplerate>=0.2.2)
pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka>=1.1.5)
