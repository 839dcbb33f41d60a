import type { Command } from 'commander'
import { openText } from '../live-config-file'
import { namesOf } from '../named-experiment'
import { isUrl } from '../sources'
import { Output } from '../output'
import { type ExitCode, OK, type Terminal } from '../terminal'

/** Asks the command for candidates: one a line, with its meaning behind a tab; `:files` asks for paths. */
const BASH = `# liveflag completion bash >> ~/.bashrc, or: source <(liveflag completion bash)
_liveflag() {
  local line files=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then files=1; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <(liveflag complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ -n $files ]]; then
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _liveflag liveflag
`
const ZSH = `#compdef liveflag
# liveflag completion zsh > a directory of $fpath, as _liveflag, or: source <(liveflag completion zsh)
_liveflag() {
  local line files
  local -a found
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then files=1
    else found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}"); fi
  done < <(liveflag complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe liveflag found
  [[ -n $files ]] && _files
}
compdef _liveflag liveflag
`
const FISH = `# liveflag completion fish > ~/.config/fish/completions/liveflag.fish
function __liveflag_complete
  set -l words (commandline -opc) (commandline -ct)
  liveflag complete -- $words[2..-1] 2>/dev/null | string match -v -- ':files'
end
complete -c liveflag -a '(__liveflag_complete)'
`
const POWERSHELL = `# liveflag completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName liveflag -ScriptBlock {
  param($word, $line, $cursor)
  $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  # An empty word would be dropped.
  if ($word -eq '') { $words += ' ' }
  liveflag complete -- @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
    $value, $meaning = $_ -split "\\t", 2
    if (-not $meaning) { $meaning = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
  }
}
`

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL }
export type Shell = keyof typeof SCRIPTS

/** `liveflag completion`: the script of a shell, which calls `liveflag complete` on each tab. */
export function completion(shell: Shell, { stdout }: Terminal): ExitCode {
  stdout.write(SCRIPTS[shell])
  return OK
}

interface Candidate {
  readonly value: string
  readonly meaning?: string
}

const FILES = Symbol('files')

/** `liveflag complete -- WORD…`: what the last word may become, for the scripts above. */
export async function complete(
  program: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  // bash takes the = of --format=json for a word of its own.
  const before = words.slice(0, -1).filter((word) => word !== '=')
  const last = (words.at(-1) ?? '').trim()
  const current = last === '=' ? '' : last
  const found = await candidates(program, before, current, terminal)
  const output = new Output(terminal)
  if (found === FILES) output.line(':files')
  else
    output.lines(
      found
        .filter(({ value }) => value.startsWith(current))
        .map(({ value, meaning = '' }) => `${value}\t${meaning}`),
    )
  return OK
}

async function candidates(
  program: Command,
  before: readonly string[],
  current: string,
  terminal: Terminal,
): Promise<readonly Candidate[] | typeof FILES> {
  const { command, operands, pending } = readWords(program, before)
  if (pending) return pending.argChoices?.map((value) => ({ value })) ?? FILES
  const help = command.createHelp()
  if (current.startsWith('-'))
    return help
      .visibleOptions(command)
      .flatMap(({ long, description }) => (long ? [{ value: long, meaning: description }] : []))
  const inner = help.visibleCommands(command).filter((one) => one.name() !== 'help')
  if (inner.length > 0)
    return inner.map((one) => ({ value: one.name(), meaning: one.description() }))
  const args = command.registeredArguments
  const argument = args[operands.length] ?? (args.at(-1)?.variadic ? args.at(-1) : undefined)
  if (argument === undefined) return []
  if (argument.argChoices) return argument.argChoices.map((value) => ({ value }))
  const [file] = operands
  const isFeature = ['feature', 'name'].includes(argument.name()) && args[0]?.name() === 'file'
  return isFeature && file !== undefined ? featuresIn(file, terminal) : FILES
}

/** Which command the words before lead to, its operands, and the option whose value is next. */
function readWords(program: Command, before: readonly string[]) {
  let command = program
  let pending: Command['options'][number] | undefined
  const operands: string[] = []
  for (const word of before) {
    if (pending) pending = undefined
    else if (word.startsWith('-') && word !== '-') {
      const [name] = word.split('=')
      const option = command.options.find((one) => one.long === name || one.short === name)
      if (option && (option.required || option.optional) && !word.includes('=')) pending = option
    } else {
      const inner = command.commands.find((one) => one.name() === word)
      if (inner) command = inner
      else operands.push(word)
    }
  }
  return { command, operands, pending }
}

/**
 * The names in a live config. One that cannot be read has none: a tab key reports no problem, and
 * asks no server.
 */
async function featuresIn(path: string, { stdin }: Terminal): Promise<readonly Candidate[]> {
  if (path === '-' || isUrl(path)) return []
  try {
    const { features } = await openText(path, {}, stdin)
    const all = namesOf(features)
    await features.close()
    return all.map((value) => ({ value }))
  } catch {
    return []
  }
}
