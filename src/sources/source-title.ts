/**
 * What people call a source. Everything here is pure, and without a package: the page has it, too.
 */

/** The name of a store as it is shown: scheme, hosts, path and query, without login. */
const STORE =
  /^(rediss?|postgres|postgresql|etcd|zookeeper|nats|s3):\/\/([^/?]*)([^?]*)(?:\?(.*))?$/

/** Who keeps texts under keys, by the schemes of their URLs. */
const KEEPERS: Readonly<Record<string, string>> = {
  redis: 'Redis',
  rediss: 'Redis',
  postgres: 'PostgreSQL',
  postgresql: 'PostgreSQL',
  etcd: 'etcd',
  zookeeper: 'ZooKeeper',
  nats: 'NATS',
  s3: 'S3',
}

/**
 * A source in words: `Redis live at cache.internal:6379`. The path of a file, and whatever else is no
 * store, is its own title.
 */
export function titleOf(source: string): string {
  const [, scheme = '', hosts = '', path = '', query = ''] = STORE.exec(source) ?? []
  const keeper = KEEPERS[scheme]
  if (keeper === undefined) return source
  const where = path.replace(/^\//, '')
  const key = new URLSearchParams(query).get('key')
  if (keeper === 'S3') return `S3 ${where} in ${hosts}`
  // Where the path is the key, there is no database to be named.
  if (key === null) return `${keeper} ${where} at ${placeOf(hosts)}`
  const database = where === '' || where === '0' ? '' : `/${where}`
  return `${keeper} ${key} at ${placeOf(hosts)}${database}`
}

/** One address, and how many more. */
function placeOf(hosts: string): string {
  const [first = '', ...more] = hosts.split(',')
  return more.length === 0 ? first : `${first} and ${more.length} more`
}

/** Short, for headings: the name of a file without its folder. */
export function shortTitleOf(source: string): string {
  const title = titleOf(source)
  return title === source ? (source.split(/[\\/]/).at(-1) ?? source) : title
}
