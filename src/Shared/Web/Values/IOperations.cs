using Microsoft.AspNetCore.Routing;

namespace ECommerce.Platform.Http;

/// <summary>Endpoints that another project adds to the management listener. Registered as a singleton.</summary>
public interface IOperations
{
    void Map(IEndpointRouteBuilder app);
}
