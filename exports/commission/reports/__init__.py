"""Report packs: computed, adjusted by hand with a reason, checked, written as workbooks."""
