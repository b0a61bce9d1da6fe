import { useLingui } from '@lingui/react/macro';
import { type ReactNode, useRef } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';
import { useScrolls } from './use-scrolls.ts';

interface DialogProps {
  title: string;
  onClose: () => void;
  /** Buttons of the last row, the most important last. */
  actions?: ReactNode;
  role?: 'dialog' | 'alertdialog';
  width?: 'narrow' | 'wide' | 'full';
  children: ReactNode;
}

/** A modal dialog; Escape and a press outside close it. */
export function Dialog({ title, onClose, actions, role = 'dialog', width = 'narrow', children }: DialogProps) {
  const { t } = useLingui();
  const body = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(body);
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => open || onClose()} className={styles.shade ?? ''}>
      <Modal className={`${styles.modal} ${styles[width]}`}>
        <AriaDialog role={role} className={styles.dialog ?? ''}>
          <header className={styles.header}>
            <Heading slot="title" level={2} className={styles.title ?? ''}>
              {title}
            </Heading>
            <IconButton icon="close" label={t`Close`} onPress={onClose} />
          </header>
          {/* What scrolls must be reachable with the keyboard; what does not is no stop on the way. */}
          <div ref={body} className={styles.body} {...(scrolls ? { tabIndex: 0 } : {})}>
            {children}
          </div>
          {actions && <footer className={styles.actions}>{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
