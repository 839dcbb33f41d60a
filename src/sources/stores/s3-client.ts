import type * as S3Package from '@aws-sdk/client-s3'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { loadOptional } from '../../runtime/optional-package'
import type { StoreTls } from './tls'

export interface S3Settings {
  /** What the application called. */
  readonly call: string
  readonly name: string
  readonly bucket: string
  /** Of the text. */
  readonly key: string
  readonly timeoutMs: number
  readonly region?: string
  /** Of a server that is not AWS. */
  readonly endpoint?: string
  /** The bucket is a part of the path, not of the host's name. */
  readonly isPathStyle: boolean
  readonly tls?: StoreTls
  /** More options of the client, such as credentials. */
  readonly client: S3ClientConfig
}

export interface S3 {
  readonly client: S3Client
  readonly commands: typeof S3Package
}

export function openS3(settings: S3Settings): S3 {
  const commands = loadOptional(
    settings.call,
    '@aws-sdk/client-s3',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would hide that it is missing until the first use
    () => require('@aws-sdk/client-s3') as typeof S3Package,
  )
  return { client: new commands.S3Client(configOf(settings)), commands }
}

const configOf = (settings: S3Settings): S3ClientConfig => ({
  ...(settings.region !== undefined && { region: settings.region }),
  ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
  forcePathStyle: settings.isPathStyle,
  // Other stores refuse the checksums that newer clients add.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: {
    connectionTimeout: settings.timeoutMs,
    ...(settings.tls && { httpsAgent: agentOf(settings.tls) }),
  },
  ...settings.client,
  // A write that is sent again after its answer was lost would find itself in its way.
  maxAttempts: 1,
})

const agentOf = ({ ca, cert, key }: StoreTls): object => ({
  ...(ca !== undefined && { ca: Buffer.from(ca) }),
  ...(cert !== undefined && { cert: Buffer.from(cert) }),
  ...(key !== undefined && { key: Buffer.from(key) }),
})
