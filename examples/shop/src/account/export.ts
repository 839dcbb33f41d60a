import type { Order } from './orders'

const HEAD = ['order', 'things', 'cents', 'payment']

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Orders for a spreadsheet. */
export const csvOf = (orders: readonly Order[]): string =>
  [
    HEAD,
    ...orders.map(({ id, lines, bill, payment }) => [
      id,
      lines.map(({ product, count }) => `${count} ${product.title}`).join('; '),
      String(bill.total.cents),
      payment,
    ]),
  ]
    .map((row) => row.map(quoted).join(','))
    .join('\n')
