/**
 * The pages. Each asks for features by their names, so that a search for a name finds all that
 * hangs on it.
 */
import { join } from 'node:path'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { Exposure, Features } from 'liveflag'
import { decisionsPage, expressFeatures } from 'liveflag/express'
import { linkOverlay, linkOverlayStyles } from 'liveflag/links'
import { placeOf, search, stories } from './stories'
import { becomeVisitor, members, recogniseVisitor } from './visitors'

/**
 * `exposures`: what was recorded last, the newest first. `linkKeys`: the secrets of links that force
 * a variant.
 */
export function createSite(
  features: Features,
  exposures: readonly Exposure[],
  linkKeys: string | Readonly<Record<string, string>> = {},
): Express {
  const site = express()
  site.set('view engine', 'ejs').set('views', join(__dirname, 'views')).disable('x-powered-by')
  site.use(
    sensibleHeaders,
    express.static(join(__dirname, 'public'), { index: false, maxAge: '1h' }),
  )
  // A file, because the policy of these pages allows no styles within them.
  site.get('/link-overlay.css', (_req, res) => res.type('css').send(linkOverlayStyles))
  site.post('/visitor', express.urlencoded({ extended: false, limit: '2kb' }), becomeSomebody)

  site.use(recogniseVisitor())
  site.use(
    expressFeatures(features, {
      // The roles stand on the account, so no further answers are needed for them.
      user: (req) => req.visitor.member,
      loid: (req) => req.visitor.loid,
      subreddit: (req) => placeOf(req.originalUrl).subreddit,
      page: (req) => {
        const { story, subreddit } = placeOf(req.originalUrl)
        if (story) return { id: `t3_${story.id}`, type: 'link' }
        return subreddit === undefined ? undefined : { id: `t5_${subreddit}`, type: 'subreddit' }
      },
      links: { keys: linkKeys },
    }),
  )
  site.use(forEveryPage)

  site.get('/', (req, res) => {
    const query = textOf(req.query['q'])
    // No request is handed down: the ambient one is asked.
    res.render('front', { query, found: search(query, features.isEnabled('search_v2')) })
  })
  site.get('/r/:name', (req, res, next) => {
    const found = stories.filter(
      ({ subreddit }) => subreddit.toLowerCase() === req.params.name.toLowerCase(),
    )
    if (found.length === 0) return next()
    res.render('subreddit', { name: found[0]?.subreddit, found })
  })
  site.get('/comments/:id', (req, res, next) => {
    const { story } = placeOf(req.originalUrl)
    if (!story) return next()
    const related = stories.filter((other) => other !== story).slice(0, 3)
    res.render('story', {
      story,
      related,
      relatedAt: req.features.isEnabled('related_links')
        ? req.features.variant('related_links')
        : undefined,
    })
  })
  site.get('/secret', onlyWith('secret_page'), (_req, res) => res.render('secret'))
  // A real site asks whether the visitor is one of its own: `(req) => req.user?.isAdmin === true`.
  site.get('/decisions', decisionsPage(features, { allow: () => true }))
  site.get('/exposures', (_req, res) => res.render('exposures', { exposures }))
  site.use((_req, res) => res.status(404).render('not-found'))
  site.use(failed)
  return site
}

/** Without the feature, the page is not there. */
function onlyWith(feature: string): RequestHandler {
  return (req, _res, next) => {
    if (req.features.isEnabled(feature)) next()
    else next('route')
  }
}

const sensibleHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    // No script, on any page: everything is decided on the server.
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  })
  next()
}

/** What the frame of every page shows. */
const forEveryPage: RequestHandler = (req, res, next) => {
  // Every page depends on who looks at it.
  res.set('Cache-Control', 'private, no-store')
  const here = req.originalUrl
  // Employees see what links force for them, and how to leave.
  const overlay = req.visitor.member?.employee
    ? linkOverlay(req.features.links, { url: here, styles: false })
    : ''
  Object.assign(res.locals, { visitor: req.visitor, members, here, query: '', overlay })
  next()
}

const becomeSomebody: RequestHandler = (req, res) => {
  const { name, anew, back } = (req.body ?? {}) as Record<string, unknown>
  becomeVisitor(res, name, anew === 'yes')
  // Back to a page of this site: `//elsewhere` would be another.
  res.redirect(303, typeof back === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(back) ? back : '/')
}

/** The fourth parameter is what tells Express that this handles errors. */
const failed: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
  const status =
    typeof error === 'object' &&
    error !== null &&
    'status' in error &&
    typeof error.status === 'number'
      ? error.status
      : 500
  if (status >= 500) console.error(error)
  if (!res.headersSent)
    res
      .status(status)
      .type('text')
      .send(status >= 500 ? 'Something went wrong here.\n' : 'That request makes no sense.\n')
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '')
