using System.Security.Claims;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>The authenticated caller, from the validated token. A parameter of endpoints that require authorization.</summary>
/// <param name="Id">The user's id, the token's <c>sub</c>.</param>
/// <param name="IsAdmin">Whether the token's <c>role</c> is <c>admin</c>.</param>
public sealed record Caller(Guid Id, bool IsAdmin)
{
    /// <summary>Whether the caller may see resources of this owner. Others get 404, as if the resource did not exist.</summary>
    public bool MaySee(Guid ownerId) => IsAdmin || Id == ownerId;

    public static ValueTask<Caller> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Guid.TryParse(context.User.FindFirstValue("sub"), out var id)
            ? ValueTask.FromResult(new Caller(id, context.User.HasClaim("role", "admin")))
            : throw new RefusalException(CommonErrors.Unauthorized);
    }
}
