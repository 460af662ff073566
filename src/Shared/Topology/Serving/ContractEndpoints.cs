using System.Globalization;
using System.Text.Json;
using ECommerce.Kernel;
using ECommerce.Web;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Topology;

/// <summary>
/// The endpoints of the internal listener: one for each contract of this host's modules. An answer 200 holds a <see cref="Result{T}"/>, a
/// refusal included; every other status means that there is no result.
/// </summary>
public static class ContractEndpoints
{
    // A caller that says nothing, or too much, gets the time limit of every request.
    private const int LongestMilliseconds = 60_000;

    /// <summary>Maps the contracts of the hosted modules, where another host may call them.</summary>
    public static void MapContracts(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var topology = app.ServiceProvider.GetRequiredService<HostTopology>();
        if (!topology.IsDistributed)
            return;
        foreach (var contract in app.ServiceProvider.GetRequiredService<ContractCatalogue>().All.Where(contract => topology.Holds(contract.Module)))
        {
            var endpoint = (IContractEndpoint)Activator.CreateInstance(typeof(ContractEndpoint<,>).MakeGenericType(contract.Request, contract.Value), contract)!;
            app.MapPost(contract.Path, endpoint.ServeAsync).RequireListener(Listener.Internal);
        }
    }

    private interface IContractEndpoint
    {
        Task ServeAsync(HttpContext context);
    }

    private sealed class ContractEndpoint<TRequest, T>(Contract contract) : IContractEndpoint
        where TRequest : IRequest<Result<T>>
    {
        public async Task ServeAsync(HttpContext context)
        {
            if (await IsRefusedAsync(context))
                return;
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            if (int.TryParse(context.Request.Headers[Contract.TimeoutHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var left) && left <= LongestMilliseconds)
                deadline.CancelAfter(left);
            if (await ReadAsync(context, deadline.Token) is not { } request)
            {
                await new Problem(CommonErrors.MalformedJson).ExecuteAsync(context);
                return;
            }

            var result = await context.RequestServices.GetRequiredService<IMediator>().Send(request, deadline.Token);
            await context.Response.WriteAsJsonAsync(result, EventJson.Options, deadline.Token);
        }

        private async Task<bool> IsRefusedAsync(HttpContext context)
        {
            var services = context.RequestServices;
            if (await services.GetRequiredService<ContractTokens>().RefusalOfAsync(context.Request.Headers.Authorization, contract) is not { } reason)
                return false;
            services.GetRequiredService<ContractMetrics>().TokenRefused(reason);
            await new Problem(CommonErrors.Unauthorized.Because("Only hosts of this shop may call a contract.")).ExecuteAsync(context);
            return true;
        }

        private static async Task<TRequest?> ReadAsync(HttpContext context, CancellationToken ct)
        {
            try
            {
                return await JsonSerializer.DeserializeAsync<TRequest>(context.Request.Body, EventJson.Options, ct);
            }
            catch (JsonException)
            {
                return default;
            }
        }
    }
}
