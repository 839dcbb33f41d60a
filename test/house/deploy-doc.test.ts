/** What docs/deploy.md shows can be installed as it is: units, container files and manifests. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { Command } from 'commander'
import { parseAllDocuments } from 'yaml'
import { SETTINGS } from '../../src/server/settings'
import { checkText } from '../../src/live-config/check'
import manifest from '../../package.json'
import { fleetCommands } from '../../src/cli/fleet-commands'
import { liveflag, terminalWith } from '../cli/captured-terminal'
import { tempDir } from '../support/temp-dir'
import { fencesOf, textOf } from './markdown'

const PAGE = 'docs/deploy.md'
const fences = fencesOf(PAGE)
const blockOf = (info: string): string => fences.find((fence) => fence.info === info)?.text ?? ''

const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
const variableOf = (name: string): string =>
  `LIVEFLAG_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`
const FLAGS = new Set(Object.keys(SETTINGS).map(flagOf))
const VARIABLES = new Set(Object.keys(SETTINGS).map(variableOf))
const SHUTDOWN_SECONDS = SETTINGS.shutdownMs.usual / 1000

const unknownFlags = (words: readonly string[]): readonly string[] =>
  words.filter((word) => word.startsWith('--') && !FLAGS.has(word))
const unknownVariables = (text: string): readonly string[] =>
  (text.match(/LIVEFLAG_[A-Z_]+/g) ?? []).filter((name) => !VARIABLES.has(name))

test('every variable of the page is one of the server, or of sync', () => {
  const ofSync = ['LIVEFLAG_SYNC_FROM', 'LIVEFLAG_SOURCE_TOKEN']
  const unknown = unknownVariables(textOf(PAGE)).filter((name) => !ofSync.includes(name))
  expect(unknown).toEqual([])
})

/** Every directive that a unit may have, by section (systemd.unit, systemd.service, systemd.exec). */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Unit: ['Description', 'Wants', 'After', 'Before'],
  Service: [
    'Type',
    'ExecStart',
    'Environment',
    'EnvironmentFile',
    'DynamicUser',
    'User',
    'StateDirectory',
    'StateDirectoryMode',
    'ConfigurationDirectory',
    'Restart',
    'RestartSec',
    'KillSignal',
    'TimeoutStopSec',
    'LimitNOFILE',
    'NoNewPrivileges',
    'ProtectSystem',
    'ProtectHome',
    'PrivateTmp',
  ],
  Install: ['WantedBy'],
}

const analyze = spawnSync('systemd-analyze', ['--version']).status === 0
const testWithSystemd = analyze ? test : test.skip

testWithSystemd.each(['ini', 'ini sync'])(
  'systemd itself finds no fault with the unit of %j',
  (info) => {
    const unit = join(tempDir(), `liveflag-${info.replace(' ', '-')}.service`)
    // What it starts is not installed here.
    const text = blockOf(info).replaceAll(/\/opt\/\S+\/liveflag /g, '/bin/true ')
    writeFileSync(
      unit,
      text.replace('EnvironmentFile=', 'EnvironmentFile=-').replace('User=liveflag', 'User=daemon'),
    )
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    })
    const ofUnit = stderr.split('\n').filter((line) => line.includes('liveflag'))
    expect({ status, ofUnit }).toEqual({ status: 0, ofUnit: [] })
  },
)

describe('the systemd unit', () => {
  const directives = readUnit(blockOf('ini'))
  const valuesOf = (name: string): readonly string[] =>
    directives.filter((one) => one.name === name).map(({ value }) => value)

  test('has nothing but directives of systemd, each in its section', () => {
    expect(directives.length).toBeGreaterThan(10)
    const strays = directives.filter(({ section, name }) => !KNOWN[section]?.includes(name))
    expect(strays).toEqual([])
  })

  test('starts the server with flags that there are, and waits for its end longer than it takes', () => {
    const [start = ''] = valuesOf('ExecStart')
    expect(start).toMatch(/^\/\S+\/liveflag serve \/\S+/)
    expect(unknownFlags(start.split(' '))).toEqual([])
    expect(start).not.toContain('--open')
    expect(valuesOf('KillSignal')).toEqual(['SIGTERM'])
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(SHUTDOWN_SECONDS)
    expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThan(SETTINGS.connections.usual)
  })

  test('writes where the service may write', () => {
    expect(valuesOf('ProtectSystem')).toEqual(['strict'])
    const database = valuesOf('Environment').find((value) => value.startsWith('LIVEFLAG_DB='))
    expect(database).toContain(`/var/lib/${valuesOf('StateDirectory')[0] ?? ''}/`)
  })
})

interface Directive {
  readonly section: string
  readonly name: string
  readonly value: string
}

function readUnit(text: string): readonly Directive[] {
  let section = ''
  return text.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('#')) return []
    const [, header] = /^\[(\w+)\]$/.exec(line) ?? []
    if (header !== undefined) {
      section = header
      return []
    }
    const [, name = line, value = ''] = /^(\w+)=(.+)$/.exec(line) ?? []
    return [{ section, name, value }]
  })
}

describe('the container file', () => {
  const lines = blockOf('dockerfile').trim().split('\n')
  const argumentsOf = (name: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))

  test('has nothing but instructions, and begins with a Node that the package runs on', () => {
    const instruction = /^(?:FROM|ENV|WORKDIR|RUN|USER|VOLUME|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD) \S/
    expect(lines.filter((line) => !instruction.test(line))).toEqual([])
    const [, major = '0'] = /^FROM node:(\d+)/.exec(lines[0] ?? '') ?? []
    const [, least = '0'] = />=(\d+)/.exec(manifest.engines.node) ?? []
    expect(Number(major)).toBeGreaterThanOrEqual(Number(least))
  })

  test('installs the package with the optional ones that a server needs', () => {
    const install = argumentsOf('RUN').find((run) => run.startsWith('npm install')) ?? ''
    const packages = install
      .replace(/ *&&.*/, '')
      .split(' ')
      .slice(2)
      .filter((word) => !word.startsWith('-'))
    const known = [manifest.name, ...Object.keys(manifest.peerDependencies)]
    expect(packages).toContain('fastify')
    expect(packages.filter((name) => !known.includes(name))).toEqual([])
  })

  test('runs a command as somebody else than root, in a form that hands it signals', () => {
    expect(argumentsOf('USER')).toEqual(['node'])
    const [entry = '[]'] = argumentsOf('ENTRYPOINT')
    const [command = '[]'] = argumentsOf('CMD')
    expect(JSON.parse(entry)).toEqual(['/opt/liveflag/node_modules/.bin/liveflag'])
    expect((JSON.parse(command) as readonly string[])[0]).toBe('serve')
    const [, check = '[]'] = argumentsOf('HEALTHCHECK')[0]?.split(' CMD ') ?? []
    const [program, , script = ''] = JSON.parse(check) as readonly string[]
    expect(program).toBe('node')
    expect(() => new Script(script)).not.toThrow()
    expect(script).toContain(`:${argumentsOf('EXPOSE')[0] ?? ''}/healthz`)
  })
})

describe('the Kubernetes manifest', () => {
  interface Named {
    readonly name: string
  }
  interface Container {
    readonly args: readonly string[]
    readonly env: readonly Named[]
    readonly ports: readonly (Named & { readonly containerPort: number })[]
    readonly livenessProbe: Probe
    readonly readinessProbe: Probe
    readonly securityContext: Readonly<Record<string, unknown>>
    readonly volumeMounts: readonly (Named & {
      readonly mountPath: string
      readonly subPath?: string
    })[]
  }
  interface Probe {
    readonly httpGet: { readonly path: string; readonly port: string }
  }
  interface PodSpec {
    readonly terminationGracePeriodSeconds: number
    readonly securityContext: Readonly<Record<string, unknown>>
    readonly containers: readonly [Container]
    readonly volumes: readonly (Named & { readonly configMap?: Named })[]
  }
  interface Resource {
    readonly apiVersion: string
    readonly kind: string
    readonly metadata: Named
    readonly data: Readonly<Record<string, string>>
    readonly spec: {
      readonly selector: { readonly matchLabels?: object } & object
      readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec }
      readonly ports: readonly { readonly targetPort: string }[]
      readonly podSelector: { readonly matchLabels: object }
      readonly ingress: readonly { readonly ports: readonly { readonly port: number }[] }[]
    }
  }
  const documents = parseAllDocuments(blockOf('yaml kubernetes'), { uniqueKeys: true })
  const resources = documents.map((document) => document.toJS() as Resource)
  const of = (kind: string): Resource => {
    const found = resources.find((resource) => resource.kind === kind)
    if (!found) throw new Error(`no ${kind}`)
    return found
  }
  const pod = of('Deployment').spec.template.spec
  const [container] = pod.containers

  test('is YAML without a fault, of kinds whose API versions are these', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
    expect(resources.map(({ kind, apiVersion }) => `${kind} ${apiVersion}`)).toEqual([
      'ConfigMap v1',
      'Deployment apps/v1',
      'Service v1',
      'NetworkPolicy networking.k8s.io/v1',
    ])
  })

  test('has a live config without a problem, mounted where the server reads it', () => {
    const [file = ''] = Object.keys(of('ConfigMap').data)
    expect(checkText(of('ConfigMap').data[file] ?? '').problems).toEqual([])
    const volume = pod.volumes.find(
      ({ configMap }) => configMap?.name === of('ConfigMap').metadata.name,
    )
    const mount = container.volumeMounts.find(({ name }) => name === volume?.name)
    expect(container.args).toEqual(['serve', `${mount?.mountPath ?? ''}/${file}`])
    expect(container.volumeMounts.filter(({ subPath }) => subPath !== undefined)).toEqual([])
  })

  test('selects its own pods and their own port', () => {
    const { labels } = of('Deployment').spec.template.metadata
    expect(of('Deployment').spec.selector.matchLabels).toEqual(labels)
    expect(of('Service').spec.selector).toEqual(labels)
    expect(of('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels)
    const [port] = container.ports
    expect(of('Service').spec.ports.map(({ targetPort }) => targetPort)).toEqual([port?.name])
    expect(of('NetworkPolicy').spec.ingress[0]?.ports).toEqual([{ port: port?.containerPort }])
  })

  test('asks whether it lives and whether it is ready, and lets it end', () => {
    const [port] = container.ports
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: port?.name })
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: port?.name })
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(SHUTDOWN_SECONDS)
  })

  test('has no rights that it does not need, and a volume where it writes', () => {
    expect(pod.securityContext['runAsNonRoot']).toBe(true)
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
    })
    const database = /ENV LIVEFLAG_DB=(\/\w+)\//.exec(blockOf('dockerfile'))?.[1]
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain(database)
    const variables = container.env.map(({ name }) => name)
    expect(variables.filter((name) => !VARIABLES.has(name))).toEqual([])
  })
})

describe('the side-car', () => {
  const sync = fleetCommands.find(({ name }) => name === 'sync')
  const flags = new Set(
    sync
      ?.declare(new Command('sync'), terminalWith({}), () => undefined)
      .options.map(({ long }) => long),
  )
  const unknownOf = (words: readonly string[]): readonly string[] =>
    words.filter((word) => word.startsWith('--') && !flags.has(word))

  test('is started by systemd with flags that there are, and writes where it may', () => {
    const directives = readUnit(blockOf('ini sync'))
    const strays = directives.filter(({ section, name }) => !KNOWN[section]?.includes(name))
    expect(strays).toEqual([])
    const valueOf = (name: string): string =>
      directives.find((one) => one.name === name)?.value ?? ''
    const [program, command, file = '', ...others] = valueOf('ExecStart').split(' ')
    expect([program, command]).toEqual(['/opt/liveflag/node_modules/.bin/liveflag', 'sync'])
    expect(file).toMatch(new RegExp(`^/var/lib/${valueOf('StateDirectory')}/`))
    expect(unknownOf(others)).toEqual([])
    expect(valueOf('ProtectSystem')).toBe('strict')
  })

  interface SideCar {
    readonly restartPolicy: string
    readonly args: readonly string[]
    readonly env: readonly { readonly name: string }[]
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
    readonly startupProbe: { readonly httpGet: { readonly path: string; readonly port: string } }
    readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } }
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  }
  interface Manifest {
    readonly spec: {
      readonly template: {
        readonly spec: {
          readonly initContainers: readonly [SideCar]
          readonly containers: readonly [Pick<SideCar, 'volumeMounts'>]
          readonly volumes: readonly { readonly name: string }[]
        }
      }
    }
  }

  test('of Kubernetes starts before the program, with flags that there are, and is probed where it answers', () => {
    const [document] = parseAllDocuments(blockOf('yaml kubernetes sync'), { uniqueKeys: true })
    expect([...(document?.errors ?? []), ...(document?.warnings ?? [])]).toEqual([])
    const { spec } = (document?.toJS() as Manifest).spec.template
    const [car] = spec.initContainers
    expect(car.restartPolicy).toBe('Always')
    const [command, file = '', ...others] = car.args
    expect(command).toBe('sync')
    expect(unknownOf(others)).toEqual([])
    const [port] = car.ports
    expect(others.slice(-2)).toEqual(['--health-port', String(port?.containerPort)])
    expect(car.startupProbe.httpGet).toEqual({ path: '/readyz', port: port?.name })
    expect(car.livenessProbe.httpGet).toEqual({ path: '/livez', port: port?.name })
    const [mount] = car.volumeMounts
    expect(file.startsWith(`${mount?.mountPath ?? ''}/`)).toBe(true)
    const [program] = spec.containers
    expect(program.volumeMounts[0]).toMatchObject({
      name: mount?.name,
      mountPath: mount?.mountPath,
    })
    expect(spec.volumes.map(({ name }) => name)).toEqual([mount?.name])
    expect(car.env.map(({ name }) => name)).toEqual(['LIVEFLAG_SYNC_FROM'])
  })

  test('the status of the page has the members that a status has', async () => {
    const shown = JSON.parse(blockOf('json')) as object
    const scene = join(tempDir(), 'documented.yaml')
    writeFileSync(`${scene}.from.yaml`, 'feature_a: on\n')
    await liveflag(['sync', '--from', `${scene}.from.yaml`, scene, '--once'])
    const status = JSON.parse(readFileSync(`${scene}.status.json`, 'utf8')) as object
    expect(Object.keys(status)).toEqual(Object.keys(shown))
  })
})
