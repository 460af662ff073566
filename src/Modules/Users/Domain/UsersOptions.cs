using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Users;

/// <summary>The settings of deletion and erasure (section <c>Users</c>).</summary>
internal sealed class UsersOptions
{
    [Description("How long a user whom an administrator deleted can be restored. Afterwards name, e-mail and password hash are erased. Customers who delete themselves are erased at once.")]
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan RestoreWindow { get; set; } = TimeSpan.FromDays(30);

    [Description("The interval of the job that erases deleted users after their restore window.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "1.00:00:00")]
    public TimeSpan ErasureInterval { get; set; } = TimeSpan.FromMinutes(10);
}
