using System.Security.Claims;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>Who asks, as the checked token says. Only for endpoints that require authorization.</summary>
/// <param name="Id">The user's id, the token's <c>sub</c>.</param>
/// <param name="IsAdmin">Whether the token's <c>role</c> is <c>admin</c>.</param>
public sealed record Caller(Guid Id, bool IsAdmin)
{
    /// <summary>Another customer's things look as if they did not exist.</summary>
    public bool MaySee(Guid ownerId) => IsAdmin || Id == ownerId;

    public static ValueTask<Caller> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Guid.TryParse(context.User.FindFirstValue("sub"), out var id)
            ? ValueTask.FromResult(new Caller(id, context.User.HasClaim("role", "admin")))
            : throw new RefusalException(CommonErrors.Unauthorized);
    }
}
