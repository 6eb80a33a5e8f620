# loaxa-ampd on the lines of a GPIO chip, which the kernel simulates (CONFIG_GPIO_SIM): in a virtual machine's kernel, or
# wherever root finds gpio-sim.
[ "$(id -u)" -eq 0 ] || { echo "skipped: needs root"; exit 77; }
modprobe -q gpio-sim 2>/dev/null
[ -d /sys/kernel/config/gpio-sim ] || { echo "skipped: this kernel simulates no GPIO chip"; exit 77; }
exec python3 "$LOAXA_SOURCE/tests/system/station/ampd_gpio.py"
