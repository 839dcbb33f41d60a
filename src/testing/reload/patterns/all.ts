import type { Pattern } from '../pattern'
import { bytes } from './bytes'
import { configMaps } from './config-map'
import { directories } from './directories'
import { directorySources } from './directory-sources'
import { editors } from './editors'
import { emptiness } from './emptiness'
import { entries } from './entries'
import { environment } from './environment'
import { links } from './links'
import { obstacles } from './obstacles'
import { renames } from './renames'
import { rewrites } from './rewrites'
import { several } from './several'
import { startUp } from './start-up'
import { storms } from './storms'
import { tools } from './tools'
import { torn } from './torn'

const number = ({ id }: Pattern): number => Number(id.slice(1))

/** Every pattern, W1 to W37. */
export const patterns: readonly Pattern[] = [
  rewrites,
  renames,
  configMaps,
  torn,
  emptiness,
  entries,
  obstacles,
  bytes,
  startUp,
  storms,
  editors,
  links,
  directories,
  environment,
  tools,
  several,
  directorySources,
]
  .flat()
  .sort((a, b) => number(a) - number(b))
