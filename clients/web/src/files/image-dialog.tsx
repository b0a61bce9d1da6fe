import { Dialog } from '../ui/dialog.tsx';
import styles from './image-preview.module.css';

/** A picture as large as the window lets it be. */
export default function ImageDialog({ url, name, onClose }: { url: string; name: string; onClose: () => void }) {
  return (
    <Dialog title={name} width="full" onClose={onClose}>
      <img className={styles.large} src={url} alt={name} />
    </Dialog>
  );
}
