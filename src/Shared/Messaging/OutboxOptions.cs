using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Messaging;

/// <summary>How facts are delivered between modules (section <c>Outbox</c>).</summary>
public sealed class OutboxOptions
{
    [Description("How many events a relay takes at once.")]
    [Range(1, 1000)]
    public int Batch { get; set; } = 50;

    [Description("How long a relay waits for a notification before it looks by itself.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    // What it sees is believed for half a minute (OutboxCheck).
    [Description("How often the outboxes are looked at for the metrics `outbox_*` and the health check `outbox`.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:15")]
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(5);

    [Description("How often a delivery is tried before the event is parked as a dead letter.")]
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    [Description("The wait after the first failed delivery; it doubles each time, with jitter.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMilliseconds(200);

    [Description("The longest wait between two deliveries.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(1);

    [Description("How long an inbox remembers what it has handled.")]
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromDays(7);

    [Description("How long an event may wait for its delivery before the health check `outbox` is degraded.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(1);
}
