import type { FastifyInstance } from 'fastify';
import type { CoreContext } from '../context.ts';
import { workRoutes } from '../functions/http/work-routes.ts';
import { indexerRoutes } from '../search/http/indexer-routes.ts';
import { planningRoutes } from '../search/http/planning-routes.ts';
import { searchRoutes } from '../search/http/search-routes.ts';
import { activityRoutes } from './activity-routes.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { changeRoutes } from './change-routes.ts';
import { conversationRoutes } from './conversation-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { encryptionRoutes } from './encryption-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { forgottenRoutes } from './forgotten-routes.ts';
import { uploadRoute } from './upload-route.ts';

/** Everything the core answers over http. */
export const addRoutes = (app: FastifyInstance, context: CoreContext): void => {
  catalogueRoutes(app, context);
  deviceRoutes(app, context);
  encryptionRoutes(app, context);
  conversationRoutes(app, context);
  activityRoutes(app, context);
  changeRoutes(app, context);
  fileRoutes(app, context);
  uploadRoute(app, context);
  workRoutes(app, context);
  indexerRoutes(app, context);
  planningRoutes(app, context);
  searchRoutes(app, context);
  forgottenRoutes(app);
};
