using ECommerce.Kernel;
using FluentValidation;
using MediatR;

namespace ECommerce.Modules;

/// <summary>
/// The pipeline behavior that runs the validators before the handler. Broken rules become a refusal that names each field.
/// </summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> rules) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var rule in rules)
        {
            var verdict = rule.Validate(request);
            if (!verdict.IsValid)
                return Task.FromResult(TResponse.Fail(CommonErrors.ValidationFailed with { Fields = ByField(verdict) }));
        }

        return next();
    }

    private static Dictionary<string, string[]> ByField(FluentValidation.Results.ValidationResult verdict) => verdict.Errors
        .GroupBy(failure => failure.PropertyName, StringComparer.Ordinal)
        .ToDictionary(field => field.Key, field => field.Select(failure => failure.ErrorMessage).ToArray(), StringComparer.Ordinal);
}
