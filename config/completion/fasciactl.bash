# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of fasciactl for bash. Needs neither bash-completion's functions nor a running fascia: without one there
# are no names of units to offer.

# The first column of what fasciactl prints, where it matches. Bounded: a terminal must not hang on a silent bus.
_fasciactl_column() { # COLUMN PATTERN ARGUMENT...
    local column=$1 pattern=$2 row=() bound=()
    shift 2
    command -v timeout >/dev/null && bound=(timeout 1)
    while read -ra row; do
        [[ ${row[column]-} =~ $pattern ]] && printf '%s\n' "${row[column]}"
    done < <("${bound[@]}" fasciactl "$@" 2>/dev/null)
}

_fasciactl_named() { # FOLDER...: the names of the YAML files in it
    local folder file
    for folder in "$@"; do
        for file in "$folder"/*.yaml; do
            file=${file##*/}
            file=${file%.yaml}
            # What is offered goes through compgen -W, which expands it: plain names only.
            [[ $file =~ ^[A-Za-z0-9._-]+$ ]] && printf '%s\n' "$file"
        done
    done
}

_fasciactl_listed() { # ROW: the names in that row of what decide knows
    local row=() bound=()
    command -v timeout >/dev/null && bound=(timeout 1)
    while read -ra row; do
        [[ ${row[0]-} == "$1" ]] && printf '%s\n' "${row[@]:1}"
    done < <("${bound[@]}" fasciactl audio decide --list 2>/dev/null)
}

_fasciactl_interfaces() {
    local folder
    for folder in /sys/class/net/*; do
        folder=${folder##*/}
        [[ $folder =~ ^[A-Za-z0-9._-]+$ ]] && printf '%s\n' "$folder"
    done
}

_fasciactl_members() { # of a verb that is a family
    case $1 in
        addr) echo "status watch prove plan" ;;
        audio) echo "status decide test meter duck volume mode" ;;
        aware) echo "status peers pair forget rename publish subscribe cancel connect disconnect decode" ;;
    esac
}

_fasciactl_options() { # of a verb, or of a member of a family
    case $1 in
        status | plan | watch) echo "--json" ;;
        boot) echo "--json --svg" ;;
        events) echo "--boot --boots --file --follow --json" ;;
        radio) echo "--board --json" ;;
        doctor) echo "--config --check --port --root --all --json --list" ;;
        report) echo "--profile --radio --country --band --attach --text --json --html --out" ;;
        start | stop | restart) echo "--wait" ;;
        "addr status" | "addr watch") echo "--json" ;;
        "addr prove") echo "--interface --seconds --json" ;;
        "addr plan") echo "--interface --nd --own-iid --peer --json" ;;
        "audio decide")
            echo "--speakers --source --policy --coefficients --lfe --headphones --crosstalk --upmix --config --list --json"
            ;;
        "audio test") echo "--level --json" ;;
        "audio meter") echo "--seconds --json" ;;
        "audio duck") echo "--ms --hold --json" ;;
        audio\ *) echo "--json" ;;
        "aware decode") echo "--keys --json" ;;
        "aware pair") echo "--seconds --pin-file --json" ;;
        "aware publish") echo "--port --security --method --cipher --info --instance --json" ;;
        "aware subscribe") echo "--port --security --method --cipher --info --instance --connect --json" ;;
        aware\ *) echo "--json" ;;
        "") echo "--version" ;;
    esac
    echo "--bus --help"
}

_fasciactl() {
    local verbs="status plan boot report radio addr audio aware watch events doctor explain start stop restart reload"
    # Words by blanks alone: COMP_WORDS cuts a D-Bus address at each ":" and "=".
    local line=${COMP_LINE:0:COMP_POINT} words=() word previous option="" verb="" family="" bus=() i names=""
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] || ${#words[@]} -eq 0 ]] && words+=("")
    word=${words[-1]}
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
            --bus) bus=(--bus "${words[++i]}") ;;
            --bus=*) bus=("${words[i]}") ;;
            -*) ;;
            *)
                if [ -z "$verb" ]; then
                    verb=${words[i]}
                    family=$(_fasciactl_members "$verb")
                elif [ -n "$family" ]; then
                    verb+=" ${words[i]}"
                    family=""
                fi
                ;;
        esac
    done

    previous=${words[-2]-}
    if [[ $word == --*=* ]]; then
        option=${word%%=*}
        word=${word#*=}
    elif [[ $previous == --* && $previous != *=* ]]; then
        option=$previous
    fi
    COMPREPLY=()
    case $option in
        --bus) names="system session" ;;
        --boot) names=$(_fasciactl_column 0 '^(0|-[0-9]+)$' events --boots) ;;
        --profile)
            names=$(_fasciactl_named ${FASCIA_PROFILES:+"$FASCIA_PROFILES"} /usr/{local/,}share/fascia/profiles)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames 2>/dev/null
            ;;
        --band) names="2.4GHz 5GHz 6GHz" ;;
        --security) names="paired passphrase open" ;;
        --connect) names="on-order paired any" ;;
        --cipher) names="sk-ccm-128 sk-gcm-256 pk-pasn-128 pk-pasn-256" ;;
        --method) names="opportunistic pin-display passphrase-display pin-keypad passphrase-keypad" ;;
        --board | --radio)
            names=$(_fasciactl_named ${FASCIA_RADIOS:+"$FASCIA_RADIOS"} /usr/{local/,}share/fascia/radios)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames 2>/dev/null
            ;;
        --interface) names=$(_fasciactl_interfaces) ;;
        --nd) names="none answer kernel" ;;
        --own-iid) names="eui64" ;;
        --speakers) names=$(_fasciactl_listed speakers) ;;
        --source) names=$(_fasciactl_listed layouts) ;;
        --coefficients)
            names="bs775 bs2127 android pipewire"
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames 2>/dev/null
            ;;
        --lfe) names="minus6 drop bass-manage" ;;
        --check) names=$(_fasciactl_column 0 '^[a-z0-9-]+$' doctor --list) ;;
        --attach | --config | --file | --html | --keys | --pin-file | --svg)
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            compopt -o filenames 2>/dev/null
            return
            ;;
        --out | --root)
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            compopt -o filenames 2>/dev/null
            return
            ;;
        *)
            if [[ $word == -* ]]; then
                names=$(_fasciactl_options "$verb")
            else
                case $verb in
                    "") names=$verbs ;;
                    explain) names=$(_fasciactl_column 0 '^[a-z0-9]+(-[a-z0-9]+)*$' explain) ;;
                    start | stop | restart) names=$(_fasciactl_column 1 '^[a-z0-9-]+$' "${bus[@]}" plan) ;;
                    "aware decode")
                        mapfile -t COMPREPLY < <(compgen -f -- "$word")
                        compopt -o filenames 2>/dev/null
                        return
                        ;;
                    "audio duck" | "audio volume") names="media navigation assistant telephony ringtone alert safety" ;;
                    "audio mode") names="auto discrete partial quad virtual stereo ltrt mono refuse" ;;
                    "audio test") names="FL FR FC LFE SL SR RL RR TFL TFR TRL TRR" ;;
                    "aware pair" | "aware connect")
                        names=$(_fasciactl_column 2 '^([0-9a-f]{2}:){5}[0-9a-f]{2}$' "${bus[@]}" aware peers)
                        ;;
                    "aware forget" | "aware rename")
                        names=$(_fasciactl_column 0 '^[0-9]+$' "${bus[@]}" aware peers)
                        ;;
                    *) names=$family ;;
                esac
            fi
            ;;
    esac
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$names" -- "$word")
}

complete -F _fasciactl fasciactl
