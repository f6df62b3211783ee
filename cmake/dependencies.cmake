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
pkg_check_modules(EBUR128 REQUIRED IMPORTED_TARGET libebur128>=1.2.6)
pkg_check_modules(SAMPLERATE REQUIRED IMPORTED_TARGET samplerate>=0.2.2)
pkg_check_modules(CMOCKA IMPORTED_TARGET cmocka>=1.1.5)

# Fourier transforms of virtual surround. FFTW is the fastest, and GPL-2.0-or-later: a product that cannot be under the
# GPL turns it off, and gets KISS FFT (BSD-3-Clause) if it is there, else no virtual surround.
option(FASCIA_FFTW "Transforms by FFTW (GPL)" ON)
option(FASCIA_KISSFFT "Transforms by KISS FFT where FFTW is off or missing" ON)
pkg_check_modules(FFTW IMPORTED_TARGET fftw3f>=3.3)
pkg_check_modules(KISSFFT IMPORTED_TARGET kissfft-float>=131)
set(FASCIA_FFT_LIBRARY none)
set(FASCIA_FFT_TARGET)
if(FASCIA_FFTW AND FFTW_FOUND)
  set(FASCIA_FFT_LIBRARY fftw)
  set(FASCIA_FFT_TARGET PkgConfig::FFTW)
elseif(FASCIA_KISSFFT AND KISSFFT_FOUND)
  set(FASCIA_FFT_LIBRARY kiss)
  set(FASCIA_FFT_TARGET PkgConfig::KISSFFT)
endif()
message(STATUS "Transforms of virtual surround: ${FASCIA_FFT_LIBRARY}")

# Files of head-related transfer functions.
pkg_check_modules(MYSOFA IMPORTED_TARGET libmysofa>=1.3)
