import { announcementText, noticeText } from '../../notice/notice-text.ts';
import type { RichText } from '../../notice/rich-text.ts';
import type { ToldNotice } from '../../notice/told.ts';
import {
  imagesDue,
  type NoticeScope,
  type ToolNotice,
  toldBy,
  toolNotices,
} from '../../notice/tool-notices.ts';
import { isToolName, type SiteModel } from '../../site/model.ts';

/** Everything that a target writes. */
export interface NoticeReport {
  readonly model: SiteModel;
  readonly scope: NoticeScope;
  readonly notices: readonly ToolNotice[];
  /** The text for each tool. */
  readonly texts: readonly (readonly [tool: string, text: RichText])[];
  readonly announcement: RichText;
  /** What earlier notices and these say. */
  readonly told: readonly ToldNotice[];
  /** The address of a tool's maintainers, with `TOOL` for its name. */
  readonly recipient: string;
}

/** A tool whose name is malformed gets no notice: the name becomes a part of addresses and of file names. */
export function noticeReport(model: SiteModel, scope: NoticeScope, recipient: string): NoticeReport {
  const notices = toolNotices(model, scope).filter(({ tool }) => isToolName(tool));
  return {
    model,
    scope,
    notices,
    texts: notices.map((notice) => [notice.tool, noticeText(notice, model)] as const),
    announcement: announcementText(imagesDue(model, scope), model),
    told: [...scope.told, ...toldBy(notices, scope.step)],
    recipient,
  };
}
