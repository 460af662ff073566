using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Messaging;

/// <summary>The settings of event delivery between modules (section <c>Outbox</c>).</summary>
public sealed class OutboxOptions
{
    [Description("The size of a relay's batch, in events.")]
    [Range(1, 1000)]
    public int Batch { get; set; } = 50;

    [Description("The polling interval of a relay that gets no notification.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    // The health check accepts results of up to half a minute (OutboxCheck).
    [Description("The interval at which the outboxes are counted for the metrics `outbox_*` and the health check `outbox`.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:15")]
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(5);

    [Description("The number of delivery attempts after which an event becomes a dead letter.")]
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 10;

    [Description("The delay after the first failed delivery; it doubles with each attempt, with jitter.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMilliseconds(200);

    [Description("The longest delay between two attempts.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(1);

    [Description("How long an inbox keeps the ids of handled messages.")]
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromDays(7);

    [Description("The age of a pending event from which on the health check `outbox` is degraded.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromMinutes(1);
}
