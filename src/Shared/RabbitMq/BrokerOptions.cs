using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.RabbitMq;

/// <summary>The settings of the message broker (section <c>Broker</c>). They are used only where some module is hosted by another process.</summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    [Description("The address of RabbitMQ, `amqp://user:password@host:5672/vhost` or `amqps://…`: a secret. It is required in the topology `services` and ignored otherwise.")]
    [PasswordPropertyText(true)]
    public string? Address { get; set; }

    [Description("How long a published event waits for the acknowledgement of its receivers before it is published again. The time doubles with each publication, up to `Outbox__LongestBackoff`.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan AcknowledgeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The time limit for the broker's confirmation of a message, and for opening a connection.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ConfirmTimeout { get; set; } = TimeSpan.FromSeconds(5);

    [Description("How many events each receiving module of a host handles at the same time. Each needs a connection of the module's pool.")]
    [Range(1, 64)]
    public int Concurrency { get; set; } = 4;
}
