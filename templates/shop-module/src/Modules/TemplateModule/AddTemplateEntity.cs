namespace ECommerce.TemplateModule;

/// <summary>Adds a templateentity under an id that the client chooses. Safe to retry.</summary>
internal static class AddTemplateEntity
{
    /// <param name="Text">What the customer writes, in one line.</param>
    public sealed record Request(string Text);
    public sealed record Command(Guid TemplateEntityId, Guid CallerId, string Text) : ICommand<TemplateEntity>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPut("/api/templatemodule/{id}", async (Guid id, Request request, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(id, caller.Id, request.Text), ct)).ToHttp())
            .WithName(nameof(AddTemplateEntity))
            .RequireAuthorization()
            .Produces<TemplateEntity>()
            .Refuses(TemplateModuleErrors.IdTaken);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        private const string TextWanted = "Must be 1 to 1000 characters, and not only spaces.";

        public Rules() => RuleFor(command => command.Text)
            .NotNull().WithMessage(TextWanted)
            .IsFormed((1, 1000), @"\S", text => !string.IsNullOrWhiteSpace(text)).WithMessage(TextWanted)
            .IsLegible();
    }

    public sealed class Handler(TemplateModuleDb db, TemplateModuleMetrics metrics, TimeProvider clock) : IRequestHandler<Command, Result<TemplateEntity>>
    {
        public async Task<Result<TemplateEntity>> Handle(Command command, CancellationToken ct)
        {
            var added = await db.InTransactionAsync(async tx =>
            {
                var added = await tx.SingleOrDefaultAsync<TemplateEntity>(Insert, new { command.TemplateEntityId, command.CallerId, command.Text, Now = clock.Now() });
                if (added is not null)
                    await tx.EnqueueAsync(new TemplateEntityAdded(added.Id, added.UserId, added.CreatedAt));
                return added;
            }, ct);
            if (added is not null)
            {
                metrics.Added.Inc();
                return added;
            }

            var earlier = await db.SingleOrDefaultAsync<TemplateEntity>(Select, command, ct);
            return earlier is not null && (earlier.UserId, earlier.Text) == (command.CallerId, command.Text) ? earlier : TemplateModuleErrors.IdTaken;
        }
    }

    private const string Insert = """
        INSERT INTO templatemodule.templatemodule (id, user_id, text, created_at)
        VALUES (@TemplateEntityId, @CallerId, @Text, @Now)
        ON CONFLICT (id) DO NOTHING
        RETURNING id, user_id, text, created_at
        """;

    private const string Select = """
        SELECT id, user_id, text, created_at
        FROM templatemodule.templatemodule
        WHERE id = @TemplateEntityId
        """;
}
