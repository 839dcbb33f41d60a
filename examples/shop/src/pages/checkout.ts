import { billOf } from '../cart/prices'
import { deliveriesFor } from '../cart/shipping'
import { paymentOf, paymentsFor } from '../checkout/payments'
import { missingFields, stepAt, stepsOf } from '../checkout/steps'
import type { Pages } from '../shop'
import { listed } from '../text/words'
import { fieldsOf } from './form'

export const checkoutPages: Pages = (app, { carts, orders, show }) => {
  app.get('/checkout', (request, reply) => {
    const { features, session, query } = request
    const cart = carts.of(session)
    if (cart.isEmpty) return reply.redirect('/cart', 303)
    const steps = stepsOf(features)
    const number = Number.parseInt(fieldsOf(query)['step'] ?? '1', 10)
    const step = stepAt(steps, number)
    if (!step) return show(reply.code(404), 'not-found.njk')
    return show(reply, 'checkout.njk', {
      step,
      number,
      steps: steps.length,
      isLast: number === steps.length,
      deliveries: deliveriesFor(features, cart),
      payments: paymentsFor(features, cart, orders.pointsOf(session)),
      bill: billOf(features, cart),
    })
  })

  app.post('/checkout', (request, reply) => {
    const { features, session } = request
    const cart = carts.of(session)
    const given = fieldsOf(request.body)
    const steps = stepsOf(features)
    const missing = missingFields(steps, steps.length, given)
    const payment = paymentOf(
      paymentsFor(features, cart, orders.pointsOf(session)),
      given['payment'] ?? '',
    )
    if (cart.isEmpty || missing.length > 0 || !payment) {
      return show(reply.code(422), 'incomplete.njk', { missing: listed(missing) })
    }
    const delivery = given['delivery'] === 'express' ? 'express' : 'standard'
    const bill = billOf(features, cart, delivery)
    const order = orders.place({ session, lines: cart.lines, bill, payment: payment.id })
    cart.clear()
    return reply.redirect(`/orders/${order.id}`, 303)
  })
}
