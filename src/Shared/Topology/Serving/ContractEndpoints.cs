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
            if (!TryReadTimeout(context, out var left))
            {
                await ServeAsync(context, deadline.Token);
                return;
            }

            deadline.CancelAfter(left);
            using (context.RequestServices.GetRequiredService<CallDeadlines>().Begin(left))
                await ServeAsync(context, deadline.Token);
        }

        private static async Task ServeAsync(HttpContext context, CancellationToken ct)
        {
            var request = await ReadAsync(context, ct);
            var result = await context.RequestServices.GetRequiredService<IMediator>().Send(request, ct);
            await context.Response.WriteAsJsonAsync(result, ContractJson.Options, ct);
        }

        private static bool TryReadTimeout(HttpContext context, out TimeSpan left)
        {
            var isRead = int.TryParse(context.Request.Headers[Contract.TimeoutHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds);
            left = TimeSpan.FromMilliseconds(milliseconds);
            return isRead && milliseconds <= LongestMilliseconds;
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

        // What is wrong with a body is the caller's fault, also when it arrives too slowly: 400, and 413 by the server.
        private static async Task<TRequest> ReadAsync(HttpContext context, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested(); // no time was left at the beginning: 504
            try
            {
                return await JsonSerializer.DeserializeAsync<TRequest>(context.Request.Body, ContractJson.Options, ct)
                    ?? throw new BadHttpRequestException("The body is null.");
            }
            catch (JsonException unreadable)
            {
                throw new BadHttpRequestException("The body is not the request of the contract.", StatusCodes.Status400BadRequest, unreadable);
            }
            catch (OperationCanceledException late)
            {
                throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout, late);
            }
        }
    }
}
