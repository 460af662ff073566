using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Host.Security;

/// <summary>The settings of access to the management listener (section <c>Management</c>).</summary>
internal sealed class ManagementOptions
{
    private const string Names = @"\s*([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\s*(,\s*[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\s*)*)?";

    [Description("The management key, which requests send as `X-Management-Key`. Generated and shown at the first start in Development, required elsewhere.")]
    [MinLength(16, ErrorMessage = "must have at least 16 characters")]
    [PasswordPropertyText(true)]
    public string? Key { get; set; }

    [Description("The DNS names that the management listener accepts in the Host header, separated by commas: `shop,ops.example.com`. IP addresses, `localhost` and the name in `Endpoints__Management` are always accepted; any other Host header is refused with 421.")]
    [RegularExpression(Names, ErrorMessage = "must be host names without ports, separated by commas")]
    public string Hosts { get; set; } = "";

    [Description("The number of consecutive wrong management keys of one client network without a delay. After that, its keys are not compared for a second, and twice as long after each further wrong one, a minute at most.")]
    [Range(1, 100_000)]
    public int WrongKeys { get; set; } = 5;

    public IEnumerable<string> HostNames => Hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
