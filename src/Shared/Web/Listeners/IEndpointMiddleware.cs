using Microsoft.AspNetCore.Builder;

namespace ECommerce.Web;

/// <summary>
/// Middleware that another project adds to the pipeline, behind routing and limits and before authentication. Registered as a singleton.
/// </summary>
public interface IEndpointMiddleware
{
    void Use(IApplicationBuilder app);
}
