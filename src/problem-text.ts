import type { Problem } from './core/problem'

/** A problem in one sentence: its place, its feature, what is wrong. Many messages begin with their source, which is not said twice. */
export function problemText({ source = '', line, column, feature, message }: Problem): string {
  const said = source !== '' && message.startsWith(`${source} `) ? message.slice(source.length + 1) : undefined
  if (said !== undefined && line === undefined) return message
  const place = [source, line, column].filter((part) => part !== undefined && part !== '').join(':')
  return `${place ? `${place}: ` : ''}${feature === undefined ? '' : `feature_${feature}: `}${said ?? message}`
}
