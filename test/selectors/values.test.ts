import { messagesOf } from '../support/engine'

test.each([
  ['{admin: "yes"}', 'admin is text ("yes"); write true or false, without quotes'],
  ['{admin: 1}', 'admin is a number (1); write true or false, without quotes'],
  ['{admin: null}', 'admin is null; write true or false, without quotes'],
  ['{admin: [a]}', 'admin is a list; write true or false, without quotes'],
  ['{users: gary}', 'users is text ("gary"); write a list of names, such as [gary]'],
  ['{users: 5}', 'users is a number (5); write a list of names, such as [gary, spez]'],
  [
    '{subreddits: {wtf: 1}}',
    'subreddits is a mapping; write a list of names, such as [gary, spez]',
  ],
  [
    '{users: [[gary]]}',
    'users has a list at position 1; every name must be text, in quotes if need be',
  ],
  [
    '{percent_loggedin: "50"}',
    'percent_loggedin is text ("50"); write a number from 0 to 100, without quotes or a % sign',
  ],
  [
    '{percent_loggedin: 50%}',
    'percent_loggedin is text ("50%"); write a number from 0 to 100, without quotes or a % sign',
  ],
  ['{percent_loggedin: 101}', 'percent_loggedin is 101; a percentage is from 0 to 100'],
  ['{percent_loggedin: 0.00001}', 'percent_loggedin is 0.00001; the finest step is 0.0001 percent'],
])('%s is answered with what it is and what to write: %s', (entry, message) => {
  expect(messagesOf(entry)).toEqual([message])
})
