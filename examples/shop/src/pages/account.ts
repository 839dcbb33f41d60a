import { csvOf } from '../account/export'
import { levelOf, missingFor } from '../account/loyalty'
import type { Pages } from '../shop'
import { paramOf } from './form'

export const accountPages: Pages = (app, { features, orders, show }) => {
  app.get('/account', (request, reply) => {
    const points = orders.pointsOf(request.session)
    const loyalty = features.isEnabled('loyalty_points')
      ? { points, level: levelOf(points), missing: missingFor(points) }
      : undefined
    return show(reply, 'account.njk', { orders: orders.of(request.session), loyalty })
  })

  app.get('/orders/:id', (request, reply) => {
    const order = orders.find(paramOf(request, 'id'))
    if (order?.session !== request.session) return show(reply.code(404), 'not-found.njk')
    return show(reply, 'order.njk', { order })
  })

  app.get('/orders.csv', (request, reply) => {
    const isAllowed = request.account !== undefined && request.features.isEnabled('order_export')
    if (!isAllowed) return show(reply.code(404), 'not-found.njk')
    return reply.type('text/csv').send(csvOf(orders.everyone()))
  })
}
