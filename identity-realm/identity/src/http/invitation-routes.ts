import { originOf } from '@cloister/http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Context } from '../context.ts';
import { shortestPassword } from '../domain/password.ts';
import { invitationDonePage, invitationGonePage, invitationPage } from '../pages/invitation-page.ts';
import { catalogues } from '../pages/locale.ts';
import { pageHeaders } from '../pages/page.ts';
import { acceptInvitation } from '../people/accept-invitation.ts';
import { findInvitation } from '../store/invitations.ts';
import { parseForm } from './forms.ts';
import { localeOf } from './locale-of.ts';

/** The page behind an invitation's link. The link is the secret, so the form needs no other. */
export const invitationRoutes = (app: FastifyInstance, context: Context): void => {
  const path = '/identity/invitations/:capability';

  app.get(path, async (request, reply) => {
    originOf(request);
    const { capability } = request.params as { capability: string };
    const locale = localeOf(request);
    const invitation = await findInvitation(context.database, capability, context.now());
    if (invitation === null) return send(reply, 410, invitationGonePage(locale));
    return send(reply, 200, invitationPage({ locale, path: pathOf(capability), invitation }));
  });

  app.post(path, async (request, reply) => {
    originOf(request);
    const { capability } = request.params as { capability: string };
    const locale = localeOf(request);
    const invitation = await findInvitation(context.database, capability, context.now());
    if (invitation === null) return send(reply, 410, invitationGonePage(locale));
    const form = parseForm(String(request.body ?? ''));
    const chosen = { capability, password: form.get('password') ?? '', repeat: form.get('repeat') ?? '' };
    const came = await acceptInvitation(context, chosen);
    if (came === 'accepted') return send(reply, 200, invitationDonePage(locale));
    if (came === 'gone') return send(reply, 410, invitationGonePage(locale));
    const words = catalogues[locale].invitation;
    const said = words[came];
    const fault = typeof said === 'string' ? said : said(shortestPassword);
    return send(
      reply,
      came === 'taken' ? 409 : 400,
      invitationPage({ locale, path: pathOf(capability), invitation, fault }),
    );
  });
};

const pathOf = (capability: string): string => `/identity/invitations/${encodeURIComponent(capability)}`;

const send = (reply: FastifyReply, status: number, document: string): FastifyReply =>
  reply.code(status).headers(pageHeaders()).send(document);
