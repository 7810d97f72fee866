"""The chat that we host ourselves: a web page, the requests it makes, and the adapter behind them."""
