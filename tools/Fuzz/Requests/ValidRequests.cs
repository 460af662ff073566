using System.Globalization;
using System.Text.Json.Nodes;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>Requests that the shop should take, or refuse only for the state of what they are about.</summary>
internal sealed class ValidRequests(World world)
{
    private static readonly string[] Categories = ["kitchen", "books", "coffee-and-tea"];
    private static readonly string[] Methods = ["card", "card", "card", "card", "card", "declined_card", "slow_card"];

    /// <summary>A request for the operation. One that is not known here is filled from its schema.</summary>
    public Draft Of(Operation operation, SeededRandom dice)
    {
        var draft = new Draft(operation);
        Fill(draft, dice);
        foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path" && !draft.PathValues.ContainsKey(parameter.Name)))
            draft.PathValues[parameter.Name] = Id(dice).ToString();
        return draft;
    }

    private void Fill(Draft draft, SeededRandom dice)
    {
        switch (draft.Operation.Id)
        {
            case "RegisterUser":
                Register(draft, dice);
                break;
            case "Login":
                LogIn(draft, dice);
                break;
            case "GetCurrentUser":
                draft.Token = Somebody(dice).Token;
                break;
            case "ListUsers":
                draft.Token = world.Admin.Token;
                Page(draft, dice);
                Maybe(draft, dice, "search", "a");
                break;
            case "GetUser":
                OfUser(draft, dice, Somebody(dice));
                Tagged(draft, dice, "If-None-Match", world.Users);
                break;
            case "UpdateUser":
                OfUser(draft, dice, world.Passing.Pick(dice) ?? Somebody(dice));
                draft.Body = new JsonObject { ["name"] = $"Renamed {dice.Between(0, 9999)}" };
                break;
            case "ChangePassword":
                ChangePassword(draft, dice);
                break;
            case "DeleteUser":
                DeleteUser(draft, dice);
                break;
            case "RevokeTokens":
                RevokeTokens(draft, dice);
                break;
            case "RestoreUser":
                draft.Token = world.Admin.Token;
                GiveBack(draft, world.Deleted, world.Deleted.Take(dice), dice);
                break;
            case "CreateProduct":
                draft.Token = world.Admin.Token;
                draft.Body = Product(dice);
                draft.OnSuccess = answer => world.PassingProducts.Add(answer.Json!.Value.GetProperty("id").GetGuid());
                break;
            case "ListProducts":
                Page(draft, dice);
                Maybe(draft, dice, "search", "lamp");
                Maybe(draft, dice, "category", dice.Pick(Categories));
                Maybe(draft, dice, "minPrice", "1");
                Maybe(draft, dice, "maxPrice", "100000.50");
                Maybe(draft, dice, "inStock", dice.Chance(0.5) ? "true" : "false");
                break;
            case "GetProduct" or "GetStock":
                draft.PathValues["id"] = AnyProduct(dice).ToString();
                if (draft.Operation.Id == "GetProduct")
                    Tagged(draft, dice, "If-None-Match", world.Products);
                break;
            case "UpdateProduct":
                draft.Token = world.Admin.Token;
                draft.PathValues["id"] = AnyProduct(dice).ToString();
                Tagged(draft, dice, "If-Match", world.Products);
                draft.Body = new JsonObject { ["name"] = $"Lamp {dice.Between(0, 9999)}", ["price"] = Money(dice) };
                break;
            case "DiscontinueProduct":
                draft.Token = world.Admin.Token;
                GiveBack(draft, world.PassingProducts, world.PassingProducts.Take(dice), dice);
                break;
            case "AdjustStock":
                draft.Token = world.Admin.Token;
                draft.PathValues["id"] = AnyProduct(dice).ToString();
                draft.Body = new JsonObject { ["delta"] = dice.Between(1, 20), ["reason"] = "Delivery" };
                break;
            case "PlaceOrder":
                PlaceOrder(draft, dice);
                break;
            case "ListOrders":
                draft.Token = (dice.Chance(0.3) ? world.Admin : dice.Pick(world.Core)).Token;
                Page(draft, dice);
                Maybe(draft, dice, "status", "paid");
                Maybe(draft, dice, "from", "2020-01-01T00:00:00Z");
                Maybe(draft, dice, "to", "2100-01-01T00:00:00Z");
                break;
            case "GetOrderStats":
                draft.Token = world.Admin.Token;
                break;
            case "GetOrder" or "GetOrderTimeline":
                OfOrder(draft, dice, null);
                break;
            case "PayOrder":
                OfOrder(draft, dice, "placed");
                draft.Body = new JsonObject { ["method"] = dice.Pick(Methods) };
                break;
            case "ShipOrder":
                OfOrder(draft, dice, "paid");
                draft.Token = world.Admin.Token;
                break;
            case "DeliverOrder":
                OfOrder(draft, dice, "shipped");
                draft.Token = world.Admin.Token;
                break;
            case "CancelOrder":
                OfOrder(draft, dice, "placed");
                break;
            case "GetProblem":
                draft.PathValues["code"] = world.ProblemCodes.Pick(dice) ?? "not_found";
                break;
            default:
                if (draft.Operation.Body is not null)
                    draft.Body = new JsonObject();
                break;
        }
    }

    /// <summary>An id that nothing has.</summary>
    public static Guid Id(SeededRandom dice) => new([.. Enumerable.Range(0, 16).Select(_ => (byte)dice.Between(0, 255))]);

    public static string Password(SeededRandom dice) => string.Create(CultureInfo.InvariantCulture, $"{Markers.Secret}{dice.Between(0, int.MaxValue - 1):x8}");

    public static JsonObject Product(SeededRandom dice) => new()
    {
        ["sku"] = string.Create(CultureInfo.InvariantCulture, $"FZ-{dice.Between(0, int.MaxValue - 1):X8}"),
        ["name"] = $"Lamp {dice.Between(0, 9999)}",
        ["description"] = "It shines.",
        ["category"] = dice.Pick(Categories),
        ["price"] = Money(dice),
        ["stock"] = dice.Between(0, 1000),
    };

    public static JsonObject Registration(SeededRandom dice) => new()
    {
        ["email"] = string.Create(CultureInfo.InvariantCulture, $"u{dice.Between(0, int.MaxValue - 1):x8}@{Markers.MailDomain}"),
        ["name"] = "Ada Tester",
        ["password"] = Password(dice),
    };

    private static JsonObject Money(SeededRandom dice) => new() { ["amount"] = dice.Between(1, 100_000) / 100m, ["currency"] = "EUR" };

    private void Register(Draft draft, SeededRandom dice)
    {
        draft.Body = Registration(dice);
        draft.OnSuccess = answer =>
        {
            // What was bent on the way is an account as well, but nobody knows its password by heart.
            if (draft.HasItsBody)
                world.Waiting.Add(new(answer.Json!.Value.GetProperty("id").GetGuid(), Text(draft, "email"), Text(draft, "password"), null));
        };
    }

    private void LogIn(Draft draft, SeededRandom dice)
    {
        var waiting = world.Waiting.Take(dice);
        var account = waiting ?? dice.Pick(world.Core);
        if (waiting is not null)
            draft.OnRefusal = () => world.Waiting.Add(waiting);
        draft.Body = new JsonObject { ["email"] = account.Email, ["password"] = account.Password };
        draft.OnSuccess = answer =>
        {
            if (!world.Core.Contains(account))
                world.Passing.Add(account with { Token = answer.Json!.Value.GetProperty("token").GetString() });
        };
    }

    private void DeleteUser(Draft draft, SeededRandom dice)
    {
        var passing = world.Passing.Take(dice);
        OfUser(draft, dice, passing ?? new(Id(dice), "", "", world.Admin.Token));
        if (passing is null)
            return;
        draft.OnRefusal = () => world.Passing.Add(passing);
        // Who leaves is erased; whom an administrator deletes can be restored.
        if (dice.Chance(0.3))
            return;
        draft.Token = world.Admin.Token;
        draft.OnSuccess = _ => world.Deleted.Add(passing.Id);
    }

    private void RevokeTokens(Draft draft, SeededRandom dice)
    {
        var passing = world.Passing.Take(dice);
        OfUser(draft, dice, passing ?? new(Id(dice), "", "", world.Admin.Token));
        if (passing is null)
            return;
        draft.OnRefusal = () => world.Passing.Add(passing);
        draft.OnSuccess = _ => world.Waiting.Add(passing with { Token = null });
    }

    private static void GiveBack(Draft draft, Ring<Guid> from, Guid taken, SeededRandom dice)
    {
        draft.PathValues["id"] = (taken == Guid.Empty ? Id(dice) : taken).ToString();
        if (taken != Guid.Empty)
            draft.OnRefusal = () => from.Add(taken);
    }

    private void ChangePassword(Draft draft, SeededRandom dice)
    {
        var passing = world.Passing.Take(dice);
        var account = passing ?? new(Id(dice), "", "unknown", dice.Pick(world.Core).Token);
        if (passing is not null)
            draft.OnRefusal = () => world.Passing.Add(passing);
        OfUser(draft, dice, account);
        draft.Token = account.Token;
        draft.Body = new JsonObject { ["oldPassword"] = account.Password, ["newPassword"] = Password(dice) };
        draft.OnSuccess = _ =>
        {
            if (draft.HasItsBody)
                world.Waiting.Add(account with { Password = Text(draft, "newPassword"), Token = null });
        };
    }

    private void PlaceOrder(Draft draft, SeededRandom dice)
    {
        draft.Owner = dice.Pick(world.Core);
        draft.Token = draft.Owner.Token;
        var lines = new JsonArray();
        foreach (var product in world.Shelf.Skip(dice.Between(0, world.Shelf.Count - 1)).Take(dice.Between(1, 3)))
            lines.Add(new JsonObject { ["productId"] = product.ToString(), ["quantity"] = dice.Between(1, 3) });
        draft.Body = new JsonObject { ["lines"] = lines };
        var key = Id(dice);
        if (dice.Chance(0.1) && world.Orders.Pick(dice, order => order.Lines.Length > 0) is { } placed)
            (draft.Body, draft.Token, draft.Owner, key) = (JsonNode.Parse(placed.Lines), placed.Owner.Token, placed.Owner, placed.Id);
        if (dice.Chance(0.9))
            draft.Headers.Add(("Idempotency-Key", key.ToString()));
    }

    private Account Somebody(SeededRandom dice) => dice.Pick([.. world.Core, world.Admin]);

    private Guid AnyProduct(SeededRandom dice) => world.Products.Pick(dice) is { } thing && dice.Chance(0.5) ? thing.Id : dice.Pick(world.Shelf);

    private void OfUser(Draft draft, SeededRandom dice, Account account)
    {
        draft.Owner = account;
        draft.PathValues["id"] = account.Id.ToString();
        draft.Token = dice.Chance(0.3) ? world.Admin.Token : account.Token;
    }

    private void OfOrder(Draft draft, SeededRandom dice, string? status)
    {
        var order = (status is null ? null : world.Orders.Pick(dice, one => one.Status == status)) ?? world.Orders.Pick(dice);
        draft.Owner = order?.Owner ?? world.Core[0];
        draft.Token = draft.Owner.Token;
        draft.PathValues["id"] = (order?.Id ?? Id(dice)).ToString();
    }

    private void Page(Draft draft, SeededRandom dice)
    {
        Maybe(draft, dice, "limit", dice.Between(1, 100).ToString(CultureInfo.InvariantCulture));
        if (world.Cursors.Pick(dice, known => known.Operation == draft.Operation.Id) is { Cursor: { } cursor } && dice.Chance(0.3))
            draft.Query.Add(("after", Uri.EscapeDataString(cursor)));
    }

    private static void Maybe(Draft draft, SeededRandom dice, string name, string value)
    {
        if (dice.Chance(0.3))
            draft.Query.Add((name, Uri.EscapeDataString(value)));
    }

    private static void Tagged(Draft draft, SeededRandom dice, string header, Ring<Thing> things)
    {
        if (!dice.Chance(0.3) || things.Pick(dice, thing => thing.Tag is not null) is not { } thing)
            return;
        draft.PathValues["id"] = thing.Id.ToString();
        draft.Headers.Add((header, thing.Tag!));
    }

    private static string Text(Draft draft, string member) => draft.Body![member]!.GetValue<string>();
}
