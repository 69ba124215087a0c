package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"usher/internal/words"
)

const (
	maxRateCount   = 1_000_000
	maxResumeBytes = 1 << 30
	maxFirmName    = 200 // code points
)

func parsePublicRate(c *Config, value string) error {
	if value == "off" {
		c.PublicRate = Rate{Off: true}
		return nil
	}
	count, unit, _ := strings.Cut(value, "/")
	periods := map[string]time.Duration{"s": time.Second, "min": time.Minute, "h": time.Hour}
	n, err := strconv.ParseUint(strings.TrimSpace(count), 10, 32)
	period := periods[strings.TrimSpace(unit)]
	if err != nil || n == 0 || n > maxRateCount || period == 0 {
		return fmt.Errorf("%q is no rate; write it like 60/min, 5/s or 100/h, or off", value)
	}
	perMinute := float64(n) * float64(time.Minute) / float64(period)
	c.PublicRate = Rate{PerMinute: perMinute, Burst: max(1, int(perMinute/2))}
	return nil
}

func parseMaxResumeBytes(c *Config, value string) error {
	digits := strings.TrimRightFunc(value, func(r rune) bool { return !unicode.IsDigit(r) })
	units := map[string]int64{
		"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
	}
	unit := units[strings.ToLower(strings.TrimSpace(value[len(digits):]))]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || unit == 0 || n > maxResumeBytes/unit {
		return fmt.Errorf("%q is no size up to 1GiB; write it like 10MiB, 5MB or 10485760", value)
	}
	c.MaxResumeBytes = n * unit
	return nil
}

func parseFirmName(c *Config, value string) error {
	if utf8.RuneCountInString(value) > maxFirmName {
		return fmt.Errorf("is longer than %d characters", maxFirmName)
	}
	c.FirmName = value
	return nil
}

func parseLanguages(c *Config, value string) error {
	var err error
	c.Languages, err = words.Tags(strings.Split(value, ",")...)
	return err
}
