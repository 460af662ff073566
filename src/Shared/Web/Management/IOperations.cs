using Microsoft.AspNetCore.Routing;

namespace ECommerce.Web;

/// <summary>Endpoints under <c>/ops</c> that another project adds to the management listener. Registered as a singleton.</summary>
public interface IOperations
{
    void Map(IEndpointRouteBuilder app);
}
