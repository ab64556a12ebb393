/** The two SOAP calls clients still make: login with a password, and merge, which REST lacks. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { applyChanges } from '../changes/apply.ts';
import { isId } from '../ids.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Org } from '../org/org.ts';
import { quoteText } from '../org/sql.ts';
import type { Context } from './context.ts';
import { baseUrl, userNamed } from './session-check.ts';
import { escapeXml, texts } from './xml.ts';

interface SoapRoute {
  Params: { kind: string; version: string };
}

export function soapRoutes(app: FastifyInstance, context: Context): void {
  for (const path of ['/services/Soap/:kind/:version', '/services/Soap/:kind/:version/:org']) {
    app.post<SoapRoute>(path, async (request, reply) => {
      const { params, body } = request;
      const xml = typeof body === 'string' ? body : '';
      const call = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(xml)?.[1] ?? '';
      if (call === 'login') return login(context, baseUrl(context, request), params, xml, reply);
      if (call === 'merge') return merge(context, xml, reply);
      return fault(reply, 'soapenv:Client', `No operation available for request ${call}`);
    });
  }
}

/** As jsforce issue 1771 quotes it. */
const noLogin =
  'SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login().';

async function login(context: Context, url: string, params: SoapRoute['Params'], xml: string, reply: FastifyReply) {
  const { credentials, sessions, org } = context;
  if (!credentials.oldLogins) return fault(reply, 'sf:INVALID_OPERATION', `INVALID_OPERATION: ${noLogin}`);
  // The call is not there from version 65 on, and ends for the others in Summer '27.
  if (Number.parseFloat(params.version) >= 65) {
    return fault(reply, 'sf:UNSUPPORTED_API_VERSION', 'UNSUPPORTED_API_VERSION: SOAP API login() is not available.');
  }
  const [username = ''] = texts(xml, 'username');
  const [password] = texts(xml, 'password');
  const userId = await userNamed(context, username);
  if (userId === undefined || !password?.startsWith(credentials.password)) {
    const message = 'INVALID_LOGIN: Invalid username, password, security token; or user locked out.';
    return fault(reply, 'sf:INVALID_LOGIN', message);
  }
  const server = `${url}/services/Soap/${params.kind}/${params.version}/${org.orgId.slice(0, 15)}`;
  return answer(
    reply,
    `<loginResponse><result><metadataServerUrl>${server}</metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>false</sandbox>` +
      `<serverUrl>${server}</serverUrl><sessionId>${sessions.open(userId)}</sessionId><userId>${userId}</userId>` +
      `<userInfo><organizationId>${org.orgId}</organizationId><organizationName>${escapeXml(await nameOf(org))}</organizationName><userId>${userId}</userId><userName>${escapeXml(username)}</userName>` +
      `<userTimeZone>GMT</userTimeZone></userInfo></result></loginResponse>`,
  );
}

async function merge(context: Context, xml: string, reply: FastifyReply) {
  const [session = ''] = texts(xml, 'sessionId');
  const userId = context.sessions.userOf(session);
  if (userId === undefined) {
    return fault(
      reply,
      'sf:INVALID_SESSION_ID',
      'INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session',
    );
  }
  const results: string[] = [];
  for (const request of texts(xml, 'request')) {
    const [master = ''] = texts(request, 'masterRecord');
    const [masterId = ''] = texts(master, 'Id');
    const [type = ''] = texts(master, 'type');
    const mergeIds = texts(request, 'recordToMergeIds');
    results.push(await mergeOne(context.org.as(userId), type, masterId, mergeIds));
  }
  return answer(reply, `<mergeResponse>${results.join('')}</mergeResponse>`);
}

async function mergeOne(org: Org, type: string, masterId: string, mergeIds: string[]): Promise<string> {
  const sobject = type || (org.findByPrefix(masterId)?.name ?? '');
  try {
    const bad = [masterId, ...mergeIds].find((id) => !isId(id));
    if (bad !== undefined || mergeIds.length < 1 || mergeIds.length > 2) {
      throw new SalesforceError(
        400,
        'INVALID_ID_FIELD',
        `merge takes a master and one or two other ids: ${bad ?? mergeIds.length}`,
      );
    }
    await applyChanges(org, [{ op: 'merge', sobject, masterId, mergeIds }]);
  } catch (error) {
    if (!(error instanceof SalesforceError)) throw error;
    const message = `<errors><message>${escapeXml(error.message)}</message><statusCode>${error.errorCode}</statusCode></errors>`;
    return `<result>${message}<id>${escapeXml(masterId)}</id><success>false</success></result>`;
  }
  const merged = mergeIds.map((id) => `<mergedRecordIds>${id}</mergedRecordIds>`).join('');
  return `<result><id>${masterId}</id>${merged}<success>true</success></result>`;
}

async function nameOf(org: Org): Promise<string> {
  const name = `/* soap.org */ select "Name" from org."Organization" where "Id" = ${quoteText(org.orgId)}`;
  return String((await org.db.value(name)) ?? '');
}

function envelope(body: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
    'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com">' +
    `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
  );
}

function answer(reply: FastifyReply, body: string): FastifyReply {
  return reply.header('content-type', 'text/xml;charset=UTF-8').send(envelope(body));
}

function fault(reply: FastifyReply, code: string, message: string): FastifyReply {
  const body = `<soapenv:Fault><faultcode>${code}</faultcode><faultstring>${escapeXml(message)}</faultstring></soapenv:Fault>`;
  return reply.code(500).header('content-type', 'text/xml;charset=UTF-8').send(envelope(body));
}
