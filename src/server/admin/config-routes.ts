import { liveConfigSchema } from '../../live-config/schema'
import type { Operation, Route } from '../route'
import type { ConfigFile, ConfigFiles } from './contract'
import type { Dashboard } from './dashboard'
import { refTo } from './schemas'

const CONFIG: Operation = {
  id: 'configFiles',
  summary: 'The texts of the live config as they are now, and which may be edited here',
  answers: {
    200: { description: 'In the order of the sources.', schema: refTo('ConfigFiles') },
  },
}

const SCHEMA: Operation = {
  id: 'configSchema',
  summary: 'The JSON schema of a live config',
  answers: { 200: { description: 'Draft 2020-12.', schema: { type: 'object' } } },
}

/** The live config as texts, and what they may say. */
export const configRoutes = ({ context, texts }: Dashboard): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/v1/config',
    scope: 'viewer',
    forSessions: true,
    operation: CONFIG,
    handle: async () => {
      const all = await texts.all()
      const answer: ConfigFiles = {
        files: all.map(fileOf),
      }
      return { status: 200, json: answer }
    },
  },
  {
    method: 'GET',
    path: '/api/v1/schema',
    scope: 'viewer',
    forSessions: true,
    operation: SCHEMA,
    handle: () => ({
      status: 200,
      json: liveConfigSchema({ selectors: context.features.selectors }),
    }),
  },
]

const fileOf = ({
  source,
  title,
  format,
  text,
  hash,
  canEdit,
  whyNot,
}: ConfigFile): ConfigFile => ({
  source,
  title,
  format,
  text,
  hash,
  canEdit,
  whyNot,
})
