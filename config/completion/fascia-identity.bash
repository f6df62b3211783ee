# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of fascia-identity for bash. Needs none of bash-completion's functions.

_fascia_identity_options() { # of a verb
    case $1 in
        init) echo "--key --days --label --permit --unconstrained --now" ;;
        issue) echo "--name --san --key --days --now" ;;
        rotate) echo "--days-left --force --ca --days --now" ;;
        show) echo "--json --now" ;;
        check) echo "--ca --name --root --all --json --now" ;;
        export-pin) echo "--leaf" ;;
        "") echo "--version" ;;
    esac
    echo "--help"
}

_fascia_identity() {
    # Words by blanks alone: COMP_WORDS cuts a host with its port, and a kind of key, at each ":".
    local line=${COMP_LINE:0:COMP_POINT} words=() word previous verb="" i names="" files=""
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] || ${#words[@]} -eq 0 ]] && words+=("")
    word=${words[-1]}
    previous=${words[-2]-}
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        [[ ${words[i]} == -* ]] || { verb=${words[i]}; break; }
    done

    COMPREPLY=()
    case $verb:$previous in
        *:--key) names="p256 p384 rsa:2048 rsa:3072" ;;
        *:--root) names="private preinstalled" ;;
        rotate:--ca) names="begin switch finish" ;;
        check:--ca) files=-f ;;
        *:--days | *:--days-left | *:--label | *:--permit | *:--now | *:--name | *:--san | *:--leaf) return ;;
        :*) [[ $word == -* ]] && names=$(_fascia_identity_options "") || names="init issue rotate show check export-pin" ;;
        *)
            if [[ $word == -* ]]; then
                names=$(_fascia_identity_options "$verb")
            elif [[ $verb == check || $verb == export-pin ]]; then
                files=-f
            else
                files=-d
            fi
            ;;
    esac
    if [ -n "$files" ]; then
        mapfile -t COMPREPLY < <(compgen "$files" -- "$word")
        compopt -o filenames 2>/dev/null
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$names" -- "$word")
    # What bash replaces is the part behind the last ":".
    if [[ $word == *:* && ${COMP_WORDBREAKS-:} == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%:*}:"}")
    fi
}

complete -F _fascia_identity fascia-identity
