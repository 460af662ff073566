using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Host.Security;

/// <summary>Who may reach the management listener, and what opens its operations (section <c>Management</c>).</summary>
internal sealed class ManagementOptions
{
    private const string Names = @"\s*([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\s*(,\s*[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\s*)*)?";

    [Description("What `X-Management-Key` must say. Made and shown at the first start in Development, required elsewhere.")]
    [MinLength(16, ErrorMessage = "must have at least 16 characters")]
    public string? Key { get; set; }

    [Description("The DNS names by which the management listener may be called, separated by commas: `shop,ops.example.com`. IP addresses, `localhost` and the name in `Endpoints__Management` always may; any other Host header is refused with 421.")]
    [RegularExpression(Names, ErrorMessage = "must be host names without ports, separated by commas")]
    public string Hosts { get; set; } = "";

    [Description("Wrong management keys in a row that one client network may send. From then on its keys are not looked at for a second, and twice as long after each further wrong one, a minute at most.")]
    [Range(1, 100_000)]
    public int WrongKeys { get; set; } = 5;

    public IEnumerable<string> HostNames => Hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
