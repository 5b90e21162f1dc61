"""What every page is made of: base template, components, numbers and times in the reader's form. Knows no business."""
