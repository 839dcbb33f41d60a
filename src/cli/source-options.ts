import { type Command, Option } from 'commander'

/** What the help says of FILE, where it may be more than that. */
export const SOURCE = 'the live config: a file, a directory of them, or a URL; - is stdin'

const inList = (value: string, list: readonly string[] = []): readonly string[] => [...list, value]

/** Adds the options of a command that reads live configs. */
export const withSources = (command: Command): Command =>
  command
    .option(
      '--layer <source>',
      'a live config over FILE, as of a further source: it overrides feature by feature (again for more)',
      inList,
    )
    .option('--override <path>', 'a file of name: value over all of them (again for more)', inList)
    .addOption(
      new Option('--token <token>', 'the bearer token for URLs').env('LIVEFLAG_SOURCE_TOKEN'),
    )
