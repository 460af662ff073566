// Buys something with one of two generated clients: kiota|nswag, the shop's address, an administrator's e-mail and password.
// The last line says what was bought; whatever is not as the description says is an exception.
using ECommerce.Clients;

if (args is not [var client, var address, var email, var password])
    throw new ArgumentException("Wanted: kiota|nswag, an address, an e-mail, a password.");

Console.WriteLine(client is "kiota"
    ? await KiotaPurchase.BuyAsync(address, email, password)
    : await NswagPurchase.BuyAsync(address, email, password));
