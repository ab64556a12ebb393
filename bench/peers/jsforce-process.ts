/** jsforce's Bulk 2.0 record stream, counted: node jsforce-process.ts <url> <token> <query>; the last line is the count. */
import jsforce from 'jsforce';

const [instanceUrl = '', accessToken = '', query = ''] = process.argv.slice(2);
const connection = new jsforce.Connection({ instanceUrl, accessToken, version: '62.0' });
connection.bulk2.pollTimeout = 3_600_000; // the default of 30 s deletes the job of a large query
connection.bulk2.pollInterval = 200;
const stream = await connection.bulk2.query(query);
let rows = 0;
await new Promise<void>((resolve, reject) => {
  stream.on('record', () => {
    if (rows++ === 0) console.log('mark:first');
  });
  stream.on('end', resolve);
  stream.on('error', reject);
});
console.log(rows);
