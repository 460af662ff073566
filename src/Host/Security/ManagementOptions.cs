using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Host.Security;

/// <summary>What operators need to change a running host (section <c>Management</c>).</summary>
internal sealed class ManagementOptions
{
    [Description("What `X-Management-Key` must say. Made and shown at the first start in Development, required elsewhere.")]
    [MinLength(16, ErrorMessage = "must have at least 16 characters")]
    public string? Key { get; set; }
}
