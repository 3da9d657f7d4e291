"""The monthly inspection (巡检): what a source tells of its state, what stands out, and the record that is kept."""
